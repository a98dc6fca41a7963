"""Webhooks received by a plain HTTP server and verified with the Standard Webhooks library."""

import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

from ting import Ting, wait_for


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 and keeps what came."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def setUpModule():
    global ting, server
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.received = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    unittest.addModuleCleanup(server.server_close)
    unittest.addModuleCleanup(server.shutdown)
    ting = Ting()
    unittest.addModuleCleanup(ting.stop)


def complain(customer, text):
    words = {"customer_external_id": customer, "kind": "FEEDBACK_KIND_COMPLAINT", "text": text}
    return ting.service("intake").call("SubmitFeedback", feedback=words).feedback_id


class Webhooks(unittest.TestCase):
    def test_a_case_is_told_once_with_a_signature_that_only_its_secret_makes(self):
        recovery = ting.service("recovery")
        url = f"http://127.0.0.1:{server.server_port}/desk"
        created = recovery.call("CreateEndpoint", kind="ENDPOINT_KIND_WEBHOOK", target=url)
        feedback = complain("C1", "The kettle burned my hand")
        headers, body = wait_for(lambda: server.received)[0]

        told = Webhook(created.secret).verify(body, headers)
        self.assertEqual(told["data"]["feedback_id"], feedback)
        with self.assertRaises(WebhookVerificationError):
            Webhook("whsec_" + "QUJD" * 8).verify(body, headers)
        with self.assertRaises(WebhookVerificationError):
            Webhook(created.secret).verify(body.replace(b"complaint", b"nothing  "), headers)

        # The same customer complains again, then another one: when that one's case has been told, so would be a second time.
        case = told["data"]["case_id"]
        complain("C1", "Nobody has called me back")
        wait_for(lambda: recovery.call("GetCase", case_id=case).case.occurrences == 2)
        complain("C2", "The parcel never came")
        wait_for(lambda: len(server.received) > 1)
        wait_for(lambda: recovery.call("ListNotifications").pending == 0)
        bodies = [Webhook(created.secret).verify(body, headers) for headers, body in server.received]
        self.assertEqual([told["data"]["case_id"] for told in bodies].count(case), 1)
        self.assertEqual(len({headers["webhook-id"] for headers, _ in server.received}), 2)
        delivered = recovery.call("ListNotifications", case_id=case).notifications
        self.assertEqual([len(notification.attempts) for notification in delivered], [1])


if __name__ == "__main__":
    unittest.main()
