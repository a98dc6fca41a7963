"""Calls through stubs that are made from what server reflection tells."""

import unittest

import grpc

from ting import Ting, refusal, wait_for

SERVICES = ["intake", "analysis", "satisfaction", "recovery"]


def setUpModule():
    global ting, intake
    ting = Ting()
    unittest.addModuleCleanup(ting.stop)
    intake = ting.service("intake")


def comment(text="The parcel was late", **fields):
    return {"kind": "FEEDBACK_KIND_COMMENT", "text": text, **fields}


def answer(external_id, value, metric="METRIC_NPS"):
    return {"external_id": external_id, "customer_external_id": "C1", "metric": metric, "value": value}


class Standards(unittest.TestCase):
    def test_reflection_lists_the_services(self):
        for name in SERVICES:
            listed = set(ting.service(name).database.get_services())
            expected = {f"ting.{name}.v1.{name.capitalize()}Service", "ting.ops.v1.OpsService", "grpc.health.v1.Health"}
            self.assertLessEqual(expected, listed)

    def test_health_says_that_every_service_serves_and_asks_for_no_token(self):
        for name in SERVICES:
            health = ting.client(name, "grpc.health.v1.Health")
            for service in ["", f"ting.{name}.v1.{name.capitalize()}Service"]:
                self.assertEqual(health.call("Check", service=service).status, 1, f"{name} {service}")


class Taking(unittest.TestCase):
    def test_feedback_is_given_back_as_it_was_submitted(self):
        words = {"external_id": "W1", "customer_external_id": "C1", "channel": "app", "touchpoint": "delivery"}
        submitted = intake.call("SubmitFeedback", feedback=comment("快递太慢了 🐢", **words))
        self.assertTrue(submitted.created)
        stored = intake.call("GetFeedback", feedback_id=submitted.feedback_id).feedback
        self.assertEqual(stored.text, "快递太慢了 🐢")
        self.assertEqual((stored.external_id, stored.channel, stored.touchpoint), ("W1", "app", "delivery"))
        customer = intake.call("GetCustomer", external_id="C1").customer
        self.assertEqual(stored.customer_id, customer.customer_id)

    def test_the_same_external_id_is_one_feedback(self):
        first = intake.call("SubmitFeedback", feedback=comment(external_id="S1"))
        again = intake.call("SubmitFeedback", feedback=comment(external_id="S1"))
        self.assertEqual((first.created, again.created), (True, False))
        self.assertEqual(first.feedback_id, again.feedback_id)

    def test_a_request_id_gives_the_first_answer_and_refuses_another_body(self):
        first = intake.call("SubmitFeedback", request_id="r-1", feedback=comment("one"))
        again = intake.call("SubmitFeedback", request_id="r-1", feedback=comment("one"))
        self.assertEqual(first, again)
        refused = refusal(intake.call, "SubmitFeedback", request_id="r-1", feedback=comment("another"))
        self.assertEqual(refused.code, grpc.StatusCode.FAILED_PRECONDITION)
        self.assertEqual(refused.reason, "IDEMPOTENCY_KEY_REUSED")

    def test_a_batch_is_answered_in_its_order(self):
        values = [answer(f"B{value}", value) for value in range(11)]
        results = intake.call("BatchSubmitResponses", responses=values).results
        self.assertTrue(all(result.created for result in results))
        again = intake.call("BatchSubmitResponses", responses=values[::-1]).results
        self.assertEqual([result.response_id for result in again[::-1]], [result.response_id for result in results])
        satisfaction = ting.service("satisfaction", "viewer")
        scored = lambda: satisfaction.call("GetScore", metric="METRIC_NPS").score
        score = wait_for(lambda: scored().n == 11 and scored())
        # Two promoters (9 and 10), seven detractors (0 to 6), two between: (2 - 7) / 11.
        self.assertAlmostEqual(score.value, -500 / 11)
        self.assertEqual(list(score.distribution), [1] * 11)

    def test_a_stream_takes_the_good_rows_and_names_the_bad_ones(self):
        rows = [
            {"row": 1, "customer": {"external_id": "I1", "name": "Ann", "email": "ann@example.com"}},
            {"row": 2, "feedback": comment(external_id="I2")},
            {"row": 3, "feedback": comment("   ")},
            {"row": 4, "response": answer("I4", 8, "METRIC_CES")},
            {"row": 5, "response": answer("I5", 7, "METRIC_CES")},
            {"row": 6, "feedback": comment(external_id="I2")},
        ]
        taken = intake.stream("ImportFeedback", rows)
        self.assertEqual((taken.received, taken.created, taken.duplicates, taken.refused), (6, 3, 1, 2))
        errors = [(error.row, error.field, error.reason) for error in taken.errors]
        self.assertEqual(errors, [(3, "feedback.text", "EMPTY"), (4, "response.value", "OUT_OF_SCALE")])

    def test_pages_give_everything_once(self):
        sent = [intake.call("SubmitFeedback", feedback=comment(f"page {n}")).feedback_id for n in range(7)]
        pages = list(intake.pages("ListFeedback", page_size=3))
        self.assertTrue(all(len(page.feedback) == 3 for page in pages[:-1]))
        listed = [feedback.feedback_id for page in pages for feedback in page.feedback]
        self.assertEqual(len(listed), len(set(listed)))
        self.assertEqual(len(listed), pages[0].total)
        self.assertEqual(listed[:7], sent[::-1])


class Refusing(unittest.TestCase):
    def is_refused(self, expected, call, *arguments, **fields):
        refused = refusal(call, *arguments, **fields)
        self.assertEqual((refused.code.name, refused.reason, refused.fields), expected)
        self.assertEqual(refused.domain, "ting")

    def test_bad_input_is_refused_with_its_field_and_a_reason(self):
        bad = "INVALID_ARGUMENT"
        submit = lambda **fields: {"feedback": comment(**fields)}
        for reason, field, method, fields in [
            ("EMPTY", "feedback.text", "SubmitFeedback", submit(text=" \t")),
            ("TOO_LONG", "feedback.text", "SubmitFeedback", submit(text="听" * 10_001)),
            ("CONTROL_CHAR", "feedback.text", "SubmitFeedback", submit(text="ring\a")),
            ("OUT_OF_SCALE", "response.value", "SubmitResponse", {"response": answer("X", 11)}),
            ("EMPTY", "feedback[1].text", "BatchSubmitFeedback", {"feedback": [comment(), comment("")]}),
            ("BAD_PAGE_TOKEN", "page_token", "ListFeedback", {"page_token": "forged"}),
        ]:
            with self.subTest(reason=reason, field=field):
                self.is_refused((bad, reason, [field]), intake.call, method, **fields)

    def test_a_call_without_a_token_is_refused(self):
        stranger = ting.service("intake", role=None)
        self.is_refused(("UNAUTHENTICATED", "TOKEN_MISSING", []), stranger.call, "ListFeedback")

    def test_a_viewer_may_look_and_not_submit(self):
        viewer = ting.service("intake", "viewer")
        viewer.call("ListFeedback")
        refused = ("PERMISSION_DENIED", "ROLE", [])
        self.is_refused(refused, viewer.call, "SubmitFeedback", feedback=comment())

    def test_who_a_customer_is_is_told_to_agents_and_not_to_viewers(self):
        identity = {"name": "Ann Lee", "email": "ann.lee@example.com", "phone": "+12025550101"}
        intake.call("UpsertCustomer", external_id="C9", identity=identity)
        for role, name in [("agent", "Ann Lee"), ("analyst", ""), ("viewer", "")]:
            client = ting.service("intake", role)
            self.assertEqual(client.call("GetCustomer", external_id="C9").customer.identity.name, name)
            told = "Ann Lee" in str(client.call("ListCustomers"))
            self.assertEqual(told, bool(name), role)

    def test_what_is_not_there_is_not_found(self):
        nothing = "01900000-0000-7000-8000-000000000000"
        for service, method, field, reason in [
            ("intake", "GetFeedback", "feedback_id", "FEEDBACK_NOT_FOUND"),
            ("analysis", "GetTheme", "theme_id", "THEME_NOT_FOUND"),
            ("recovery", "GetCase", "case_id", "CASE_NOT_FOUND"),
        ]:
            with self.subTest(reason=reason):
                call = ting.service(service).call
                self.is_refused(("NOT_FOUND", reason, []), call, method, **{field: nothing})


if __name__ == "__main__":
    unittest.main()
