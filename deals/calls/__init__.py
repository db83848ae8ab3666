"""Calls and voicemails in one letter: what happened, said by a key, a button or a thumb."""
