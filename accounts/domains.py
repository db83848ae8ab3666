"""Mail domains: which one an address or a website names, and which belong to everybody and so to no account."""

from __future__ import annotations

import re

# Mail hosts at which anybody can have an address. The most used ones of the npm package free-email-domains 1.12.6
# (MIT, github.com/Kikobeats/free-email-domains, 14,125 hosts), and two that it lacks: mailbox.org and tutanota.com.
# To bring it up to date, look a host up there and add it here; a host that is missing only lets somebody claim it.
PUBLIC_WORDS = """
gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it hotmail.com hotmail.co.uk hotmail.de hotmail.fr
hotmail.es hotmail.it live.com live.co.uk live.de live.fr live.nl msn.com yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.es yahoo.it
yahoo.co.in yahoo.co.jp yahoo.com.br ymail.com rocketmail.com aol.com aim.com icloud.com me.com mac.com proton.me protonmail.com pm.me
tutanota.com tuta.io fastmail.com fastmail.fm hushmail.com zoho.com mail.com email.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de
t-online.de freenet.de arcor.de posteo.de mailbox.org online.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr libero.it
virgilio.it tiscali.it alice.it bluewin.ch aon.at ziggo.nl kpnmail.nl xs4all.nl planet.nl home.nl telenet.be skynet.be online.no
frisurf.no btinternet.com sky.com virginmedia.com ntlworld.com blueyonder.co.uk comcast.net verizon.net att.net sbcglobal.net
bellsouth.net cox.net charter.net earthlink.net juno.com optonline.net rogers.com shaw.ca bigpond.com optusnet.com.au xtra.co.nz
mail.ru yandex.ru yandex.com bk.ru inbox.ru list.ru rambler.ru wp.pl o2.pl interia.pl onet.pl seznam.cz centrum.cz email.cz abv.bg
qq.com 163.com 126.com sina.com naver.com daum.net hanmail.net rediffmail.com uol.com.br bol.com.br terra.com.br duck.com
"""
PUBLIC_MAIL = frozenset(PUBLIC_WORDS.split())
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)")


def domain_named(text: str) -> str:
    """The domain of a website, an address or a domain, lower case; '' where the text names none. May be a public one."""
    bare = re.sub(r"^(?:[a-z]+://)?(?:www\.)?(?:.*@)?", "", text.strip().lower())
    found = re.split(r"[/?#:\s,;]", bare, maxsplit=1)[0].rstrip(".")
    try:
        found = found.encode("idna").decode() if not found.isascii() else found
    except UnicodeError:
        return ""
    return found if len(found) <= 253 and DOMAIN.fullmatch(found) else ""


def domain_in(text: str) -> str:
    """As :func:`domain_named`, and '' for a host at which anybody can have an address."""
    found = domain_named(text)
    return "" if found in PUBLIC_MAIL else found
