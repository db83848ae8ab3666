"""What machines say in mail, by language: literal beginnings and phrases, compared after `folded`. To teach one more, add it to its table.

Phrases are general: none is the wording of one sender. Sources: the manuals and source texts of Postfix, Exim, Sendmail, qmail, Exchange,
Gmail and Outlook, RFC 3834 and RFC 5230, and the preset texts of mail programs' absence assistants.
"""

from __future__ import annotations

import re
import unicodedata

SPACES = re.compile(r"\s+")


def folded(text: str) -> str:
    """Small letters without accents, one space between words, plain apostrophes."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("’", "'").replace("ł", "l").replace("Ł", "L").replace("ø", "o").replace("ı", "i"))
        text = "".join(sign for sign in text if not unicodedata.combining(sign))
    return " ".join(text.lower().split())


def _folded(*phrases: str) -> tuple[str, ...]:
    return tuple(folded(phrase) for phrase in phrases)


# Beginnings of the subject of a bounce.
BOUNCE_SUBJECTS = _folded(
    "undeliverable", "undelivered mail", "undelivered message", "delivery status notification (failure)", "delivery failure",
    "failure notice", "failure delivery", "failed delivery", "returned mail", "returned to sender", "mail delivery failed", "mail delivery failure",
    "mail delivery system", "delivery has failed", "delivery failed", "message delivery failed", "mail system error", "mail failed, returning",
    "non-delivery", "nondeliverable mail", "non delivery report", "non remis", "message not delivered", "mail could not be delivered",
    "message could not be delivered", "could not send message", "your message could not be delivered", "email delivery failure",
    "there was an error sending your mail", "mail error", "error sending message", "message undeliverable", "warning: could not send",
    "undelivery notice", "unzustellbar", "nicht zustellbar", "zustellung fehlgeschlagen", "zustellung der nachricht fehlgeschlagen",
    "zustellungsfehler", "unzustellbarkeitsbericht", "message non remis", "échec de la remise", "échec de remise", "échec d'envoi",
    "remise impossible", "non distribuable", "non recapitabile", "mancato recapito", "recapito non riuscito", "no se puede entregar",
    "no entregado", "error de entrega", "no se pudo entregar", "devuelto", "não entregue", "falha na entrega", "não foi possível entregar",
    "onbestelbaar", "niet bezorgd", "niet te bezorgen", "bezorging mislukt", "niedostarczon", "nie można dostarczyć", "nedoručiteln",
    "kan inte levereras", "kunne ikke leveres", "kan ikke leveres", "ikke levert", "ei voitu toimittaa", "не доставлено", "недоставлен",
    "сообщение не доставлено", "ошибка доставки", "mail delivery error", "teslim edilemedi", "kézbesíthetetlen", "nu a putut fi livrat",
    "メッセージを配信できません", "配信不能", "送信できませんでした", "配信エラー", "未送達", "无法投递", "系统退信", "退信", "无法送达",
    "無法傳遞", "배달되지 않음",
    "전송 실패", "delivery notification: delivery has failed", "delivery report", "delivery status notification",
)  # fmt: skip
# What the text of a bounce says, whoever sent it.
BOUNCE_WORDS = _folded(
    "could not be delivered", "couldn't be delivered", "was not delivered", "wasn't delivered", "has not been delivered", "not been able to deliver",
    "unable to deliver", "wasn't able to deliver", "cannot be delivered", "can't be delivered", "did not reach the following", "failed permanently",
    "delivery to the following", "delivery has failed", "delivery failed", "permanent error", "permanent fatal error", "returned permanent errors",
    "user unknown", "unknown user", "no such user", "no such mailbox", "mailbox unavailable", "recipient address rejected", "mailbox full",
    "mailbox is full", "full mailbox", "over quota", "quota exceeded", "exceeded the storage", "exceeds the maximum", "account is disabled",
    "account has been disabled", "address not found", "invalid user", "invalid recipient", "host unknown", "host not found", "domain not found",
    "does not exist", "doesn't exist", "undeliverable", "returned to sender", "returned mail", "delivery problem", "delivery error",
    "error while trying to deliver", "error delivering your mail", "trouble delivering your message", "non-delivered", "relaying denied",
    "not listed in", "recipients could not be reached", "could not be reached", "message from the mail system", "following addresses had",
    "no valid recipients", "rejected your message", "rejected recipient", "message was rejected", "couldn't find the recipient",
    "konnte nicht zugestellt werden", "konnte nicht übermittelt werden", "nicht zugestellt", "unzustellbar", "empfänger unbekannt",
    "postfach ist voll", "n'a pas pu être remis", "n'a pas pu être délivré", "n'a pu être remis", "boîte aux lettres est pleine", "adresse inconnue",
    "destinataire inconnu", "no se pudo entregar", "no se ha podido entregar", "no pudo ser entregado", "buzón está lleno", "non è stato recapitato",
    "non è stato possibile recapitare", "impossibile recapitare", "casella piena", "não foi entregue", "não pôde ser entregue",
    "não foi possível entregar", "kon niet worden bezorgd", "kon niet worden afgeleverd", "niet worden bezorgd", "nie może zostać dostarczona",
    "nie mogła zostać dostarczona", "nie została dostarczona", "nelze doručit", "nebyla doručena", "kunde inte levereras", "kunne ikke leveres",
    "ei voitu toimittaa", "не может быть доставлено", "не было доставлено", "не удалось доставить", "не доставлено", "teslim edilemedi",
    "配信できません", "送信できませんでした", "配送できません", "お届けできません", "无法投递", "无法送达", "退回", "전달되지", "배달하지 못",
)  # fmt: skip
# A server that still tries.
DELAY_SUBJECTS = _folded(
    "delivery status notification (delay)", "delivery delayed", "delayed mail", "warning: message", "warning: could not send message for past",
    "mail delivery delayed", "message delayed", "delayed:", "delivery delay", "mail delivery is delayed", "delayed delivery", "delivery incomplete",
    "zustellung verzögert", "verzögert:", "verzögerte zustellung", "remise retardée", "retardé", "entrega retrasada", "entrega atrasada",
    "consegna ritardata", "vertraagd", "задержка", "配信遅延", "延迟",
)  # fmt: skip
DELAY_WORDS = _folded(
    "warning message only", "do not need to resend", "will be retried", "will continue to try", "will keep trying", "has been delayed", "is delayed",
    "not yet been delivered", "has not been delivered yet", "still trying", "delivery attempts will continue", "no action is required on your part",
    "does not mean that the address", "will retry for", "wird weiterhin versucht", "noch nicht zugestellt", "retardé", "se seguirá intentando",
    "temporarily delayed", "hasn't been delivered yet", "delivery incomplete",
)  # fmt: skip
GIVEN_UP = _folded("giving up", "given up", "gave up", "could not be delivered for", "failed permanently", "permanent failure", "permanent error")
# Beginnings of the subject of an automatic answer.
AUTO_SUBJECTS = _folded(
    "automatic reply", "automated reply", "automatic response", "automated response", "auto reply", "auto-reply", "autoreply", "auto response",
    "auto-response", "autoresponse", "auto:", "out of office", "out of the office", "out-of-office", "ooo:", "[ooo]", "away from the office",
    "away from my mail", "away from my desk", "vacation notice", "vacation reply", "on vacation", "on holiday", "on annual leave", "on leave",
    "on maternity leave", "on parental leave", "absence notice", "thank you for your e-mail", "automatische antwort", "automatische abwesenheit",
    "abwesenheitsnotiz", "abwesenheits", "abwesend", "abwesenheit:", "bin nicht im büro", "nicht im büro", "im urlaub", "autoantwort",
    "réponse automatique", "absence du bureau", "absent du bureau", "message d'absence", "absence :", "absence:", "hors du bureau",
    "réponse d'absence", "en congé", "en congés", "respuesta automática", "fuera de la oficina", "fuera de oficina", "ausencia de la oficina",
    "mensaje automático", "de vacaciones", "risposta automatica", "fuori sede", "fuori ufficio", "assente dall'ufficio", "assenza",
    "resposta automática", "ausência temporária", "fora do escritório", "ausente do escritório", "de férias", "automatisch antwoord",
    "automatisch bericht", "afwezig", "niet op kantoor", "afwezigheids", "automatyczna odpowiedź", "odpowiedź automatyczna", "autoodpowiedź",
    "poza biurem", "nieobecność", "automatická odpověď", "mimo kancelář", "jsem mimo", "nepřítomnost", "automatikus válasz", "házon kívül",
    "răspuns automat", "în afara biroului", "automatiskt svar", "autosvar", "frånvaro", "ej på kontoret", "automatisk svar",
    "fraværsmelding", "ikke på kontoret", "fravær", "automaattinen vastaus", "poissa toimistosta", "poissaolo", "lomalla",
    "automātiskā atbilde", "ārpus biroja", "atvaļinājum", "automatinis atsakymas", "ne biure", "atostog", "automaatvastus", "kontorist väljas",
    "αυτόματη απάντηση", "εκτός γραφείου", "автоответ", "автоматический ответ", "отсутствую", "нет на месте", "вне офиса", "в отпуске",
    "автоматична відповідь", "поза офісом", "у відпустці", "автоматичен отговор", "извън офиса", "automatski odgovor", "odsutan",
    "otomatik yanıt", "ofis dışında", "izindeyim", "自動応答", "自動返信", "不在通知", "不在のお知らせ", "自动回复", "自動回覆", "外出通知",
    "자동 회신", "자동 응답", "부재중", "부재 중", "رد تلقائي", "خارج المكتب", "תשובה אוטומטית", "לא במשרד", "trả lời tự động", "balasan otomatis",
)  # fmt: skip
# The same where it stands behind a colon or in brackets, as some assistants put it: "Budget (out of office)".
AUTO_INSIDE = tuple(one for one in AUTO_SUBJECTS if " " in one and len(one) >= 13) + _folded("automatische antwort", "abwesenheitsnotiz", "不在")
# Somebody says that they are away.
AWAY_WORDS = _folded(
    "out of office", "out of the office", "away from the office", "away from my desk", "away from my email", "i am on vacation", "i'm on vacation",
    "on annual leave", "on parental leave", "on maternity leave", "on paternity leave", "on sick leave", "i am on leave", "i'm on leave",
    "on holiday until", "i am on holiday", "i'm on holiday", "currently on holiday", "on vacation until", "currently away", "i am away",
    "i will be away", "i'm away", "i will be traveling", "i will be travelling", "i am traveling", "i am travelling", "not in the office",
    "will be back on", "will return on", "back in the office on", "no longer with", "no longer work", "office is closed", "offices are closed",
    "nicht im büro", "nicht im hause", "nicht im haus", "außer haus", "ausser haus", "im urlaub", "im mutterschutz", "in elternzeit",
    "bin ich abwesend", "ich bin abwesend", "derzeit abwesend", "bin bis", "nicht erreichbar", "absent du bureau", "je suis absent",
    "je serai absent", "actuellement absent", "je suis en congé", "en congés", "suis en vacances", "de retour le", "fuera de la oficina",
    "estoy de vacaciones", "estaré ausente", "estaré fuera", "me encuentro fuera", "no estoy disponible", "de baja", "fuori ufficio", "sono in ferie",
    "sarò assente", "sono assente", "non sono in ufficio", "fuori sede", "fora do escritório", "estou de férias", "estarei ausente", "estou ausente",
    "niet op kantoor", "ben ik afwezig", "ik ben afwezig", "ben met vakantie", "op vakantie", "niet aanwezig", "poza biurem", "jestem na urlopie",
    "przebywam na urlopie", "będę nieobecn", "jestem nieobecn", "mimo kancelář", "na dovolené", "čerpám dovolenou", "nejsem v kanceláři",
    "szabadságon", "házon kívül", "nu sunt la birou", "în concediu", "inte på kontoret", "på semester", "är på semester", "ikke på kontoret",
    "på ferie", "holder ferie", "har ferie", "poissa toimistosta", "olen lomalla", "vuosilomalla", "atvaļinājumā", "ārpus biroja", "esmu atvaļinājum",
    "atostogauju", "olen puhkusel", "εκτός γραφείου", "είμαι σε άδεια", "нахожусь в отпуске", "в отпуске", "буду отсутствовать", "отсутствую",
    "вне офиса", "не в офисе", "у відпустці", "перебуваю у відпустці", "в отпуск до", "ofis dışında", "izindeyim", "yıllık izin",
    "不在にして", "休暇をいただ", "休暇中", "外出しております", "休假", "不在办公室", "出差", "휴가", "부재 중", "부재중", "خارج المكتب", "في إجازة",
)  # fmt: skip
# What belongs to such a notice and seldom to a letter: when they return, whom to turn to, that the mail is not read.
AWAY_MARKS = _folded(
    "limited access to", "no access to", "intermittent access", "without access to", "limited email", "not have access", "upon my return",
    "on my return", "when i return", "when i get back", "as soon as i return", "will respond when", "will reply when", "respond to your message",
    "respond to your email", "reply to your email", "for urgent", "if urgent", "in urgent", "if it is urgent", "if this is urgent",
    "if your request is urgent",
    "for immediate", "need immediate", "immediate assistance", "in my absence", "during my absence", "during this time", "please contact",
    "thank you for your email", "thank you for your e-mail", "thanks for your email", "thank you for your message", "thanks for your message",
    "this is an automat", "will be back", "will return", "returning on", "back on", "nicht weitergeleitet", "in dringenden", "bei dringenden",
    "dringende", "wenden sie sich", "vielen dank für ihre", "danke für ihre", "nach meiner rückkehr", "wieder erreichbar", "wieder im büro",
    "wieder im hause", "ab dem", "en cas d'urgence", "en mon absence", "pendant mon absence", "veuillez contacter", "merci de contacter",
    "merci de votre", "merci pour votre", "dès mon retour", "à mon retour", "de retour le", "en mi ausencia", "durante mi ausencia",
    "para asuntos urgentes", "en caso de urgencia", "pueden contactar", "puede contactar", "póngase en contacto", "gracias por su", "a mi regreso",
    "a mi vuelta", "in mia assenza", "durante la mia assenza", "in caso di urgenz", "per urgenze", "al mio rientro", "grazie per", "contattare",
    "em caso de urgência", "na minha ausência", "obrigado pela", "contacte", "entre em contato", "in dringende gevallen", "tijdens mijn afwezigheid",
    "bij spoed", "neem contact op", "bedankt voor uw", "weer aanwezig", "w pilnych", "w sprawach pilnych", "proszę o kontakt", "dziękuję za",
    "w trakcie mojej nieobecności", "v naléhavých", "kontaktujte", "děkuji za", "sürgős", "kérem forduljon", "pentru urgențe", "vid brådskande",
    "tillbaka den", "kontakta", "ved hastesager", "tilbage den", "kontakt venligst", "kontakte", "tilbake", "kiireellis", "ota yhteyttä",
    "palaan", "steidzam", "sazinieties", "atgriezīšos", "skubiais", "kiiretes", "по срочным", "в срочных случаях", "обращайтесь", "обратитесь",
    "за термінов", "звертайтеся", "спасибо за ваше", "acil", "iletişime geç", "緊急", "ご連絡", "戻り次第", "紧急", "请联系", "급한", "문의",
)  # fmt: skip
# An automatic receipt of a service desk or a form.
RECEIPT_WORDS = _folded(
    "this is an automated", "this is an automatic", "this is an auto-generated", "this is an autogenerated", "automatically generated response",
    "automatically generated message", "automatically generated e-mail", "automatically generated email", "this mailbox is not monitored",
    "this inbox is not monitored", "do not reply to this", "please do not reply", "we have received your", "your request has been received",
    "ticket has been created", "ticket has been opened", "your ticket", "a member of our team will", "diese e-mail wurde automatisch",
    "dies ist eine automatische", "automatisch generiert", "bitte antworten sie nicht", "ceci est un message automatique", "ne pas répondre",
    "message généré automatiquement", "este es un mensaje automático", "mensaje generado automáticamente", "no responda a este",
    "questa è una risposta automatica", "messaggio automatico", "non rispondere a", "esta é uma mensagem automática", "não responda a este",
    "dit is een automatisch", "niet beantwoorden", "wiadomość wygenerowana automatycznie", "wiadomość automatyczna", "prosimy nie odpowiadać",
    "detta är ett automatiskt", "dette er en automatisk", "это автоматическ", "не отвечайте на это", "自動送信", "自動配信", "自动发送", "请勿回复",
)  # fmt: skip
