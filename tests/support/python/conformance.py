"""Drives a server with the official client and prints one line of JSON a case: {"name", "ok", "detail"}.

Arguments: base URL, audio file, base URL of a server that asks for keys, its key. The words of the audio come in
STT_TEST_TEXT. A case is a function named after what holds; whatever it raises is its detail.
"""

import json
import os
import re
import sys
import threading
import traceback
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import openai
from openai import OpenAI

BASE_URL, CLIP, KEYED_URL, KEY = sys.argv[1:5]
SPOKEN = os.environ["STT_TEST_TEXT"]
# With the client's own default of two retries: they are part of what is tested.
client = OpenAI(base_url=BASE_URL, api_key="unused")
CASES = []


def case(function):
    CASES.append(function)
    return function


def words_of(text):
    return re.findall(r"\w+", text.lower())


def expect_spoken(text):
    expected, heard = words_of(SPOKEN), words_of(text)
    missing = [word for word in expected if word not in heard]
    assert len(missing) <= len(expected) * 0.1, f"expected {SPOKEN!r}, got {text!r}"


def transcribe(**fields):
    with open(CLIP, "rb") as file:
        return client.audio.transcriptions.create(file=file, **{"model": "whisper-1", **fields})


def translate(**fields):
    with open(CLIP, "rb") as file:
        return client.audio.translations.create(file=file, model="whisper-1", **fields)


def failure_of(call, kind):
    try:
        answer = call()
    except kind as error:
        return error
    raise AssertionError(f"expected {kind.__name__}, got {answer!r}")


def expect_typed(model):
    """The client builds its models without checking them; this does: required fields, types, allowed values."""
    type(model).model_validate(model.to_dict(), strict=True)
    extra = set(model.model_extra or {}) - {"_request_id"}
    return extra


def parse_cues(text, separator):
    pattern = rf"(\d\d):(\d\d):(\d\d){separator}(\d\d\d) --> (\d\d):(\d\d):(\d\d){separator}(\d\d\d)\n(.+)\n\n"
    cues = re.findall(pattern, text)
    assert cues, f"expected cues, got {text!r}"
    return " ".join(cue[-1] for cue in cues)


@case
def json_has_the_words_and_its_usage():
    answer = transcribe()
    expect_spoken(answer.text)
    assert isinstance(answer, openai.types.audio.Transcription), type(answer)
    assert expect_typed(answer) == set(), answer
    assert answer.usage.type == "duration" and answer.usage.seconds > 0, answer.usage


@case
def text_is_a_bare_string():
    answer = transcribe(response_format="text")
    expect_spoken(answer)
    assert isinstance(answer, str) and not answer.startswith('"'), answer


@case
def srt_is_a_list_of_numbered_cues():
    answer = transcribe(response_format="srt")
    assert answer.startswith("1\n00:00:0") and answer.endswith("\n\n\n"), answer
    expect_spoken(parse_cues(answer, ","))


@case
def vtt_is_a_list_of_cues():
    answer = transcribe(response_format="vtt")
    assert answer.startswith("WEBVTT\n\n00:00:0") and answer.endswith("\n\n"), answer
    expect_spoken(parse_cues(answer, r"\."))


def expect_verbose(answer):
    assert isinstance(answer, openai.types.audio.TranscriptionVerbose), type(answer)
    assert expect_typed(answer) == {"task"}, answer
    assert answer.language == "english", answer.language
    assert answer.duration > 1, answer.duration
    expect_spoken(answer.text)


@case
def verbose_json_has_segments_unless_told():
    answer = transcribe(response_format="verbose_json")
    expect_verbose(answer)
    assert answer.segments and answer.words is None, answer
    assert "".join(segment.text for segment in answer.segments).strip() == answer.text


@case
def verbose_json_has_only_words_when_only_those_are_asked():
    answer = transcribe(response_format="verbose_json", timestamp_granularities=["word"])
    expect_verbose(answer)
    assert answer.segments is None, answer.segments
    assert [words_of(word.word)[0] for word in answer.words] == words_of(answer.text), answer.words
    assert all(0 <= word.start <= word.end <= answer.duration for word in answer.words), answer.words


@case
def verbose_json_has_words_and_segments_when_both_are_asked():
    answer = transcribe(response_format="verbose_json", timestamp_granularities=["word", "segment"])
    expect_verbose(answer)
    assert answer.segments and answer.words, answer


@case
def language_prompt_and_temperature_are_taken():
    answer = transcribe(language="en", prompt="A talk about a kettle.", temperature=0.2, response_format="verbose_json")
    expect_verbose(answer)
    assert all(segment.temperature >= 0.2 - 1e-6 for segment in answer.segments), answer.segments


@case
def languages_and_keywords_are_taken():
    answer = transcribe(model="gpt-transcribe", languages=["en"], keywords=["kettle", "birthday"])
    expect_spoken(answer.text)
    assert [language.code for language in answer.languages] == ["en"], answer.languages


@case
def logprobs_spell_the_text():
    answer = transcribe(model="gpt-4o-transcribe", include=["logprobs"])
    assert "".join(entry.token for entry in answer.logprobs).strip() == answer.text, answer.logprobs
    assert all(entry.logprob <= 0 for entry in answer.logprobs), answer.logprobs
    assert all(bytes(map(int, entry.bytes)).decode() == entry.token for entry in answer.logprobs), answer.logprobs


@case
def chunking_strategy_is_taken_as_a_word_and_as_an_object():
    expect_spoken(transcribe(model="gpt-4o-transcribe", chunking_strategy="auto").text)
    strategy = {"type": "server_vad", "threshold": 0.4, "silence_duration_ms": 300, "prefix_padding_ms": 200}
    expect_spoken(transcribe(model="gpt-4o-transcribe", chunking_strategy=strategy).text)


def expect_stream(events):
    types = [event.type for event in events]
    assert types and types[-1] == "transcript.text.done", types
    assert types[:-1] and set(types[:-1]) == {"transcript.text.delta"}, types
    done = events[-1]
    assert "".join(event.delta for event in events[:-1]) == done.text, events
    expect_spoken(done.text)
    for event in events:
        assert expect_typed(event) == set(), event
    return done


@case
def stream_gives_deltas_that_add_up_to_done():
    done = expect_stream(list(transcribe(model="gpt-4o-transcribe", stream=True)))
    assert done.usage.type == "tokens" and done.usage.total_tokens > 0, done.usage


@case
def stream_gives_logprobs_when_asked():
    events = list(transcribe(model="gpt-4o-transcribe", stream=True, include=["logprobs"]))
    done = expect_stream(events)
    assert "".join(entry.token for entry in done.logprobs).strip() == done.text, done
    assert sum(len(event.logprobs) for event in events[:-1]) == len(done.logprobs), events


@case
def stream_may_be_left_early():
    with transcribe(model="gpt-4o-transcribe", stream=True) as stream:
        next(iter(stream))
    expect_spoken(transcribe().text)


@case
def translation_is_json():
    answer = translate()
    assert isinstance(answer, openai.types.audio.Translation), type(answer)
    assert answer.text.strip(), answer


@case
def translation_is_text():
    answer = translate(response_format="text")
    assert isinstance(answer, str) and answer.strip() and not answer.startswith(("{", '"')), answer


@case
def translation_is_srt():
    assert parse_cues(translate(response_format="srt"), ","), "no cues"


@case
def translation_is_vtt():
    assert parse_cues(translate(response_format="vtt"), r"\."), "no cues"


@case
def translation_is_verbose_json():
    answer = translate(response_format="verbose_json", prompt="In English.", temperature=0)
    assert isinstance(answer, openai.types.audio.TranslationVerbose), type(answer)
    assert answer.language == "english" and answer.segments, answer
    expect_typed(answer)


@case
def models_are_listed_and_found_by_id():
    models = client.models.list().data
    ids = [model.id for model in models]
    assert "whisper-1" in ids and "gpt-4o-transcribe" in ids, ids
    for model in models:
        expect_typed(model)
        assert client.models.retrieve(model.id).id == model.id


@case
def request_id_is_read():
    assert transcribe()._request_id.startswith("req_")
    error = failure_of(lambda: transcribe(temperature=9), openai.BadRequestError)
    assert error.request_id.startswith("req_"), error.request_id


def expect_error(error, status, code, param):
    found = (error.status_code, error.type, error.code, error.param)
    assert found == (status, "invalid_request_error", code, param), found
    assert set(error.body) == {"message", "type", "param", "code"}, error.body


@case
def bad_field_is_a_bad_request_error():
    expect_error(failure_of(lambda: transcribe(temperature=9), openai.BadRequestError), 400, "invalid_value", "temperature")
    unknown = failure_of(lambda: transcribe(response_format="docx"), openai.BadRequestError)
    assert unknown.param == "response_format", unknown.body


@case
def bad_audio_is_a_bad_request_error():
    create = client.audio.transcriptions.create
    error = failure_of(lambda: create(file=("a.mp3", b"This is no audio."), model="whisper-1"), openai.BadRequestError)
    expect_error(error, 400, "unsupported_format", "file")


@case
def speakers_are_refused_clearly():
    error = failure_of(lambda: transcribe(response_format="diarized_json"), openai.BadRequestError)
    assert error.param == "response_format" and "speakers" in error.message, error.body


@case
def unknown_model_is_a_not_found_error():
    expect_error(failure_of(lambda: transcribe(model="gpt-9"), openai.NotFoundError), 404, "model_not_found", "model")
    expect_error(failure_of(lambda: client.models.retrieve("a/b"), openai.NotFoundError), 404, "model_not_found", "model")


@case
def wrong_key_is_an_authentication_error():
    stranger = OpenAI(base_url=KEYED_URL, api_key="sk-wrong")
    expect_error(failure_of(stranger.models.list, openai.AuthenticationError), 401, "invalid_api_key", None)
    assert OpenAI(base_url=KEYED_URL, api_key=KEY).models.list().data


@case
def unknown_field_is_ignored():
    expect_spoken(transcribe(extra_body={"vad_filter": False, "hotwords": "kettle"}).text)


@case
def bytes_under_any_name_are_taken():
    with open(CLIP, "rb") as file:
        data = file.read()
    for upload in [data, ("recording.bin", data), ("a.ogg", data, "audio/ogg")]:
        expect_spoken(client.audio.transcriptions.create(file=upload, model="whisper-1").text)


@case
def raw_answers_have_the_right_content_type():
    expected = {
        "json": "application/json",
        "verbose_json": "application/json",
        "text": "text/plain; charset=utf-8",
        "srt": "text/plain; charset=utf-8",
        "vtt": "text/plain; charset=utf-8",
    }
    for name, content_type in expected.items():
        with open(CLIP, "rb") as file:
            raw = client.audio.transcriptions.with_raw_response.create(file=file, model="whisper-1", response_format=name)
        assert raw.headers["content-type"].startswith(content_type), (name, raw.headers["content-type"])


class Recorder(BaseHTTPRequestHandler):
    """Passes requests on and notes how often each was tried before, and the status it got."""

    protocol_version = "HTTP/1.1"
    seen = []

    def do_POST(self):
        length = self.headers.get("content-length")
        body = self.rfile.read(int(length)) if length else self.read_chunks()
        headers = {"content-type": self.headers["content-type"]}
        target = urllib.request.Request(BASE_URL.removesuffix("/v1") + self.path, data=body, headers=headers)
        try:
            answer = urllib.request.urlopen(target)
        except urllib.error.HTTPError as error:
            answer = error
        content = answer.read()
        self.seen.append((self.headers.get("x-stainless-retry-count"), answer.status))
        self.send_response(answer.status)
        for name in ("content-type", "x-should-retry", "retry-after", "x-request-id"):
            if answer.headers[name] is not None:
                self.send_header(name, answer.headers[name])
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def read_chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_):
        pass


@case
def client_does_not_retry_its_own_mistakes():
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    through = OpenAI(base_url=f"http://127.0.0.1:{proxy.server_port}/v1", api_key="unused").audio.transcriptions
    with open(CLIP, "rb") as file:
        audio = file.read()
    failure_of(lambda: through.create(file=("a.mp3", b"no audio"), model="whisper-1"), openai.BadRequestError)
    failure_of(lambda: through.create(file=("a.wav", b""), model="whisper-1"), openai.BadRequestError)
    failure_of(lambda: through.create(file=("a.wav", audio), model="gpt-9"), openai.NotFoundError)
    failure_of(lambda: through.create(file=("a.wav", audio), model="whisper-1", temperature=7), openai.BadRequestError)
    proxy.shutdown()
    assert Recorder.seen == [("0", 400), ("0", 400), ("0", 404), ("0", 400)], Recorder.seen


if __name__ == "__main__":
    for run in CASES:
        try:
            run()
            result = {"ok": True, "detail": ""}
        except Exception:
            result = {"ok": False, "detail": traceback.format_exc(limit=-3)}
        print(json.dumps({"name": run.__name__.replace("_", " "), **result}), flush=True)
