"""Events read with the NATS client and the CloudEvents SDK of others, from the start of each stream."""

import asyncio
import json
import re
import unittest
from collections import defaultdict

import nats
from cloudevents.core.formats.json import JSONFormat
from nats.js.api import ConsumerConfig, DeliverPolicy

from ting import PATIENCE_SECONDS, Ting

REQUIRED = {"specversion", "id", "source", "type", "time", "datacontenttype", "workspace", "data"}
CUSTOMERS = [(f"C{n}", f"Anneliese Ungewöhnlich {n}", f"anneliese{n}@example.com", f"+4930555010{n}") for n in range(8)]
UUID7 = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def setUpModule():
    global ting, expected
    ting = Ting()
    unittest.addModuleCleanup(ting.stop)
    expected = speak(ting.service("intake"))


def speak(intake):
    """Lets customers comment, complain and answer; gives the ids that each stream must come to speak of."""
    customers, comments, complaints, answers = set(), set(), set(), set()
    for external_id, name, email, phone in CUSTOMERS:
        identity = {"name": name, "email": email, "phone": phone}
        registered = intake.call("UpsertCustomer", external_id=external_id, identity=identity)
        customers.add(registered.customer.customer_id)
        intake.call("UpsertCustomer", external_id=external_id, identity=identity, attributes={"tier": "gold"})
        for kind, said in [("COMMENT", comments), ("COMPLAINT", complaints)]:
            feedback = {"customer_external_id": external_id, "kind": f"FEEDBACK_KIND_{kind}", "text": "送货太慢，水壶也坏了"}
            said.add(intake.call("SubmitFeedback", feedback=feedback).feedback_id)
        response = {"customer_external_id": external_id, "external_id": external_id, "metric": "METRIC_CSAT", "value": 1}
        answers.add(intake.call("SubmitResponse", response=response).response_id)
    return {
        "TING_INTAKE": customers | comments | complaints | answers,
        "TING_ANALYSIS": comments | complaints,
        "TING_SATISFACTION": customers,
        "TING_RECOVERY": complaints,
    }


async def follow(context, stream, ids):
    """Reads a stream from its first message until every one of `ids` has come up."""
    config = ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
    subscription = await context.subscribe("ting.>", stream=stream, ordered_consumer=True, config=config)
    messages, missing = [], set(ids)
    while missing:
        message = await subscription.next_msg(timeout=PATIENCE_SECONDS)
        messages.append(message)
        missing = {id for id in missing if id not in message.data.decode()}
    await subscription.unsubscribe()
    return messages


def read(message):
    return JSONFormat().read(None, message.data)


def facts(event):
    """Gives the aggregate and the sequence of each fact of an event."""
    attributes = event.get_attributes()
    if "subject" in attributes:
        return [(attributes["subject"], int(attributes["sequence"]))]
    return [(item["aggregateId"], int(item["sequence"])) for item in event.get_data()["items"]]


class Events(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        connection = await nats.connect(ting.nats)
        self.addAsyncCleanup(connection.close)
        reading = [follow(connection.jetstream(), stream, ids) for stream, ids in expected.items()]
        read_all = await asyncio.wait_for(asyncio.gather(*reading), PATIENCE_SECONDS)
        self.messages = dict(zip(expected, read_all))

    async def test_every_event_is_a_cloudevent_of_its_service_and_workspace(self):
        for stream, messages in self.messages.items():
            for message in messages:
                event, raw = read(message), json.loads(message.data)
                # The SDK fills in what is missing; ting must not count on that.
                self.assertLessEqual(REQUIRED, raw.keys())
                self.assertEqual((raw["specversion"], raw["workspace"]), ("1.0", ting.workspace))
                service = stream.removeprefix("TING_").lower()
                self.assertEqual(event.get_source(), f"/ting/{service}")
                self.assertRegex(event.get_id(), f"^{UUID7}$")
                self.assertEqual(message.headers["Nats-Msg-Id"], event.get_id())
                _, owner, name, version = event.get_type().split(".")
                self.assertEqual((owner, version), (service, "v1"))
                subject = rf"ting\.{ting.workspace}\.{service}\.{name}\.v1\.p(0\d|1[0-5])"
                self.assertTrue(re.fullmatch(subject, message.subject), message.subject)

    async def test_the_facts_of_an_aggregate_are_numbered_from_one_without_a_gap(self):
        for stream, messages in self.messages.items():
            sequences = defaultdict(list)
            for message in messages:
                for aggregate, sequence in facts(read(message)):
                    sequences[aggregate].append(sequence)
            for aggregate, found in sequences.items():
                self.assertEqual(found, list(range(1, len(found) + 1)), f"{stream}: {aggregate}")

    async def test_no_event_carries_a_name_an_address_or_a_phone_number(self):
        types = {read(message).get_type() for message in self.messages["TING_INTAKE"]}
        self.assertLessEqual({"ting.intake.customer_registered.v1", "ting.intake.customer_updated.v1"}, types)
        read_all = [json.loads(message.data) for messages in self.messages.values() for message in messages]
        # Decoded and written again: an escaped letter must not hide a name.
        everything = json.dumps(read_all, ensure_ascii=False)
        self.assertIn("送货太慢，水壶也坏了", everything)
        for external_id, *identity in CUSTOMERS:
            self.assertIn(f'"{external_id}"', everything)
            for secret in identity:
                self.assertNotIn(secret, everything)


if __name__ == "__main__":
    unittest.main()
