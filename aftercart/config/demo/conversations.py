"""Questions in the demo's inbox: some wait, some are answered, in the shopper's own language."""

from __future__ import annotations

from datetime import datetime, timedelta

from aftercart.helpdesk.actions import answer_question, ask_question
from aftercart.kernel import clock
from aftercart.orders.models import Order
from aftercart.stores.models import StaffMember

QUESTIONS: dict[str, list[tuple[str, str]]] = {
    "en": [
        ("where", "Hello, my parcel has not moved for three days. Could you have a look where it is?"),
        ("change", "I chose the wrong colour. Can I still change the apron to Moss?"),
        ("product", "Is the oak board safe with fish, and how do I oil it?"),
        ("wrong", "One of the mugs arrived with a chip in the rim. What can we do?"),
        (
            "where",
            "The page says delivered, but there is nothing here and my neighbours have not got it either.",
        ),
    ],
    "pl": [
        ("where", "Dzień dobry, kiedy dotrze moja paczka? Miała być wczoraj."),
        ("payment", "Czy przelew już do Państwa dotarł?"),
        ("return", "Chciałabym oddać jeden talerz. Jak to zrobić?"),
    ],
    "ja": [
        ("where", "荷物がまだ届いていません。いつ頃になりそうでしょうか。"),
        ("product", "鉄の急須はＩＨコンロで使えますか。"),
    ],
    "ru": [
        ("where", "Здравствуйте! Посылка стоит на месте уже неделю. Где она?"),
        ("change", "Можно ли изменить адрес доставки?"),
    ],
    "th": [("where", "สวัสดีค่ะ พัสดุจะมาถึงเมื่อไหร่คะ"), ("wrong", "แก้วที่ได้รับมีรอยบิ่นค่ะ ต้องทำอย่างไร")],
}
ANSWERS = {
    "en": "Thank you for writing. I have asked the carrier and will come back to you by tomorrow noon.\n\nBen",
    "pl": "Dziękuję za wiadomość. Sprawdziłem to u przewoźnika: paczka dotrze jutro.\n\nBen",
    "ja": "お問い合わせありがとうございます。配送会社に確認し、明日中にご連絡いたします。\n\nBen",
    "ru": "Спасибо, что написали. Я уточнил у перевозчика: посылка будет у вас завтра.\n\nБен",
    "th": "ขอบคุณที่ติดต่อมา เราสอบถามกับขนส่งแล้ว พัสดุจะถึงพรุ่งนี้\n\nเบน",
}


def hold_conversations() -> None:
    """Ask every question about a recent order in its language; every third is answered."""
    agent = StaffMember.objects.filter(role="agent").first()
    now = clock.now()
    number = 0
    for language, questions in QUESTIONS.items():
        recent = Order.objects.filter(language=language, placed_at__gte=now - timedelta(days=21)).order_by(
            "-placed_at"
        )
        for (topic, text), order in zip(questions, recent, strict=False):
            number += 1
            asked_at = min(
                max(order.placed_at + timedelta(minutes=20), now - timedelta(hours=3 * number, minutes=11)),
                now - timedelta(minutes=2),
            )
            _converse(order, topic, text, asked_at, agent if number % 3 == 0 else None)


def _converse(order: Order, topic: str, text: str, asked_at: datetime, agent: StaffMember | None) -> None:
    asked = ask_question(
        order_id=order.pk,
        text=text,
        topic=topic,
        key=f"demo-{order.pk}",
        actor=f"shopper:{order.customer_id}",
        trust="link",
        language=order.language,
        now=asked_at,
    )
    if agent:
        answer_question(
            ticket_id=asked.ticket_id,
            text=ANSWERS[order.language],
            key=f"demo-{order.pk}",
            member=agent,
            last_seen_id=asked.pk,
            now=min(clock.now(), asked_at + timedelta(minutes=42)),
        )
