"""Installing the app over the web: as it is meant, and as somebody might abuse it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from structlog.testing import capture_logs

from adapters.slack.installed.state import LASTS, States
from tests.conversations.workspaces import KEY, Launch, back, cookie_of, key_of, newcomer
from tests.fakes.slack import Fault, SlackServer
from tests.fakes.slack.installing import approve


async def test_a_workspace_installs_the_app(slack: SlackServer, launch: Launch) -> None:
    """The page leads to Slack, Slack back, and the last page into the workspace; the code is nowhere kept."""
    bot = await launch()
    alpha = newcomer(slack, "Alpha & <b>Sons</b>")
    answer = await bot.install(alpha.team, alpha.ana)
    page = await answer.text()
    assert answer.status == 200
    assert "Alpha &amp; &lt;b&gt;Sons&lt;/b&gt;" in page
    assert f"https://slack.com/app_redirect?app={slack.app_id}&amp;team={alpha.team.id}" in page
    assert "script" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    kept = await bot.kept.find(key_of(alpha))
    assert kept
    assert kept.token.startswith("xoxb-")
    assert "xoxb-" not in repr(kept)
    assert set(kept.scopes) >= {"chat:write", "users:read"}


async def test_the_cookie_is_for_this_browser_and_this_page_alone(slack: SlackServer, launch: Launch) -> None:
    """No script reads it, no other host sets it, no plain connection carries it, and it is gone in the end."""
    bot = await launch()
    begun = await bot.open("/slack/install")
    cookie = begun.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    for part in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/", f"Max-Age={LASTS}"):
        assert part in cookie
    alpha = newcomer(slack, "Alpha")
    ended = await bot.install(alpha.team, alpha.ana)
    assert "Max-Age=0" in ended.headers["Set-Cookie"]
    assert not cookie_of(ended)


async def test_a_link_that_somebody_else_began_installs_nothing(slack: SlackServer, launch: Launch) -> None:
    """An attacker's state and code in a victim's browser: without the attacker's cookie, or with one's own."""
    bot = await launch()
    evil = newcomer(slack, "Evil")
    address, _ = await bot.begin()
    _, own = await bot.begin()
    link = back(approve(slack, address, evil.team, evil.ana))
    for cookie in ("", own, "x"):
        assert (await bot.open(link, cookie)).status == 400
    assert not await bot.kept.all()
    assert not slack.asked("oauth.v2.access")


@pytest.mark.parametrize("state", ["", "x", "gAAAAABsomething", "é" * 50, "A" * 5000])
async def test_a_state_that_is_none_installs_nothing(slack: SlackServer, launch: Launch, state: str) -> None:
    """Slack is not even asked about the code."""
    bot = await launch()
    _, cookie = await bot.begin()
    answer = await bot.open(f"/slack/oauth_redirect?code=c&state={state}", cookie)
    assert answer.status == 400
    assert not slack.asked("oauth.v2.access")


def test_a_state_ends_and_is_taken_once() -> None:
    """After ten minutes, or after it was used; and one that another key has encrypted is none."""
    from cryptography.fernet import MultiFernet

    fernet = MultiFernet([Fernet(KEY)])
    states = States(fernet)
    begun = states.begin()
    assert states.take(begun.state, begun.cookie) == begun.verifier
    assert states.take(begun.state, begun.cookie) is None
    old = Fernet(KEY)
    again = states.begin()
    late = old.encrypt_at_time(old.decrypt(again.state.encode()), 1_700_000_000).decode()
    assert states.take(late, again.cookie) is None
    assert states.take(again.state, again.cookie)
    assert States(MultiFernet([Fernet(Fernet.generate_key())])).take(begun.state, begun.cookie) is None


async def test_a_replayed_answer_installs_nothing_twice(slack: SlackServer, launch: Launch) -> None:
    """The same process knows the state; another process asks Slack, which knows the code."""
    one, two = await launch(), await launch()
    alpha = newcomer(slack, "Alpha")
    address, cookie = await one.begin()
    link = back(approve(slack, address, alpha.team, alpha.ana))
    assert (await one.open(link, cookie)).status == 200
    assert (await one.open(link, cookie)).status == 400
    assert (await two.open(link, cookie)).status == 400
    assert [call.error for call in slack.asked("oauth.v2.access")] == [None, "code_already_used"]
    assert len(await one.kept.all()) == 1


async def test_nothing_of_a_request_decides_where_a_browser_goes(slack: SlackServer, launch: Launch) -> None:
    """No open redirect: neither parameters nor the Host header are in any address."""
    bot = await launch(redirect_url="https://bot.example.com/slack/oauth_redirect")
    evil = "https://evil.example"
    tries = f"?redirect_uri={evil}&next={evil}&state={evil}&team={evil}"
    answer = await bot.open(f"/slack/install{tries}", Host="evil.example")
    location = answer.headers["Location"]
    assert location.startswith(slack.base_url + "/oauth/v2/authorize?")
    assert "evil" not in location
    assert parse_qs(urlsplit(location).query)["redirect_uri"] == ["https://bot.example.com/slack/oauth_redirect"]
    _, cookie = await bot.begin()
    for path in (f"/slack/oauth_redirect{tries}", f"/slack/oauth_redirect?code=c&state=s&error={evil}"):
        answer = await bot.open(path, cookie, Host="evil.example")
        assert "Location" not in answer.headers
        assert "evil" not in await answer.text()


async def test_somebody_says_no_at_slack(slack: SlackServer, launch: Launch) -> None:
    """A sentence, and a way to begin again."""
    bot = await launch()
    address, cookie = await bot.begin()
    state = parse_qs(urlsplit(address).query)["state"][0]
    answer = await bot.open(f"/slack/oauth_redirect?error=access_denied&state={state}", cookie)
    assert answer.status == 200
    assert "Nothing was installed" in await answer.text()
    assert "/slack/install" in await answer.text()


@pytest.mark.parametrize(
    ("fault", "status"),
    [(Fault(error="invalid_code"), 400), (Fault(status=503), 503), (Fault(error="fatal_error"), 400)],
)
async def test_slack_refuses_the_code(slack: SlackServer, launch: Launch, fault: Fault, status: int) -> None:
    """A sentence that quotes nothing, and nothing is kept."""
    bot = await launch()
    alpha = newcomer(slack, "Alpha")
    slack.fail("oauth.v2.access", fault)
    answer = await bot.install(alpha.team, alpha.ana)
    assert answer.status == status
    assert not await bot.kept.all()
    assert (await bot.install(alpha.team, alpha.ana)).status == 200


async def test_a_workspace_that_may_not_have_the_app_does_not_keep_it(slack: SlackServer, launch: Launch) -> None:
    """Whoever finds the page can install; who is not on the list is told so, and the app is taken out again."""
    alpha, beta = newcomer(slack, "Alpha"), newcomer(slack, "Beta")
    bot = await launch(allow_workspaces=frozenset({alpha.team.id}))
    assert (await bot.install(alpha.team, alpha.ana)).status == 200
    answer = await bot.install(beta.team, beta.ana)
    assert answer.status == 403
    assert "has not allowed me" in await answer.text()
    assert not beta.team.installed
    assert [key.team for key in await bot.kept.all()] == [alpha.team.id]


async def test_pkce_where_the_app_has_it(slack: SlackServer, launch: Launch) -> None:
    """The code that somebody steals is worth nothing without what only this process can read in the state."""
    slack.pkce = True
    bot = await launch(pkce=True)
    alpha = newcomer(slack, "Alpha")
    address, _ = await bot.begin()
    assert parse_qs(urlsplit(address).query)["code_challenge_method"] == ["S256"]
    assert (await bot.install(alpha.team, alpha.ana)).status == 200
    (call,) = slack.asked("oauth.v2.access")
    assert len(str(call.args["code_verifier"])) >= 43


async def test_what_cannot_be_kept_is_not_called_installed(slack: SlackServer, launch: Launch, tmp_path: Path) -> None:
    """A disk that takes nothing: said on the page, and in the log for whoever runs the bot."""
    bot = await launch()
    folder = tmp_path / "data" / "slack"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("not a folder")
    alpha = newcomer(slack, "Alpha")
    with capture_logs() as logs:
        answer = await bot.install(alpha.team, alpha.ana)
    assert answer.status == 503
    assert any(line["event"] == "slack.install_failed" for line in logs)
    folder.unlink()
    assert (await bot.install(alpha.team, alpha.ana)).status == 200


async def test_a_new_key_takes_over_from_an_old_one(slack: SlackServer, launch: Launch) -> None:
    """Started with both, the bot encrypts anew; started with the new one alone, it still knows everybody."""
    bot = await launch()
    alpha = await bot.installed("Alpha")
    new = Fernet.generate_key().decode()
    await launch(installation_key=SecretStr(f"{new},{KEY}"))
    last = await launch(installation_key=SecretStr(new))
    slack.envelopes.events_urls = [last.url + "/slack/events"]
    assert "milk" in await last.say(alpha, "add milk")


async def test_an_installation_that_no_key_opens_harms_no_other(slack: SlackServer, launch: Launch) -> None:
    """It is said what to do, and the others are served."""
    bot = await launch()
    alpha = await bot.installed("Alpha")
    other = await launch(installation_key=SecretStr(Fernet.generate_key().decode()))
    beta = await other.installed("Beta")
    slack.envelopes.events_urls = [other.url + "/slack/events"]
    assert "milk" in await other.say(beta, "add milk")
    assert other.platform.trouble
    assert alpha.team.id in other.platform.trouble
    assert "bot workspaces remove" in other.platform.trouble
