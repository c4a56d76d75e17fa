"""Answers questions about prices and opening hours, and steps aside when somebody wants a person.

WHARF_API=… WHARF_KEY=wharf_sk_… WHARF_WEBHOOK_SECRET=whsec_… PORT=4000 python3 sales_assistant.py
"""

import json
import os
import re
import time

from receive_webhooks import start_receiver
from wharf import call

HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.environ.get("WHARF_CATALOGUE", os.path.join(HERE, "..", "catalogue.json")), encoding="utf-8") as catalogue_file:
    CATALOGUE = json.load(catalogue_file)

# region answer
WORDS = {
    "person": {"human", "person", "agent", "operator"},
    "hours": {"hours", "open", "opening", "close", "closed", "when"},
    "price": {"price", "prices", "cost", "costs", "much"},
}


def answer_to(message):
    """What to say to a text: topic and text."""
    said = set(re.findall(r"\w+", message.lower()))
    if said & WORDS["person"]:
        return "person", "Of course. Somebody of our team will write to you here."
    if said & WORDS["hours"]:
        return "hours", CATALOGUE["hours"]
    asked = [product for product in CATALOGUE["products"] if said & set(product["keywords"])]
    if asked or said & WORDS["price"]:
        return "price", "\n".join(f"{product['name']}: {product['price']}" for product in asked or CATALOGUE["products"])
    return "help", f"This is {CATALOGUE['shop']}. Ask for \"price\", \"hours\" or \"human\"."
# endregion answer


# region quiet
# Chats in which the assistant keeps quiet, and until when.
quiet_until = {"person": {}, "help": {}}


def is_quiet(kind, chat_id):
    return quiet_until[kind].get(chat_id, 0) > time.time()


def keep_quiet(kind, chat_id, hours):
    now = time.time()
    quiet_until[kind] = {chat: until for chat, until in quiet_until[kind].items() if until > now}
    quiet_until[kind][chat_id] = now + hours * 3600
# endregion quiet


# region reply
def reply(event):
    data = event["data"]
    if event["type"] != "message.received" or data.get("type") != "text":
        return
    chat_id = data["chat"]["id"]
    if not chat_id.endswith(("@s.whatsapp.net", "@lid")) or is_quiet("person", chat_id):
        return
    topic, text = answer_to(data["text"])
    # Two assistants that help each other would never end.
    if topic == "help" and is_quiet("help", chat_id):
        return
    # Named after the event: an event that is handled again sends nothing again.
    call("POST", f"/sessions/{event['sessionId']}/messages", {"to": chat_id, "text": text}, f"reply-{event['id']}")
    if topic == "person":
        keep_quiet("person", chat_id, 4)
    if topic == "help":
        keep_quiet("help", chat_id, 24)
    print(f"answered {topic} to {data['messageId']}", flush=True)
# endregion reply


start_receiver(reply)
