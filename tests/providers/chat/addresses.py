"""Addresses of every chat, in the shape that the chats give out, with invented secrets."""

from webapp.enums import ChatKind

SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
TEAMS = (
    "https://prod-1.westeurope.logic.azure.com:443/workflows/643e69f83c8944438d68119179a10a64"
    "/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun"
    "&sv=1.0&sig=KODuebWbDGYFr0z0eu-6Rj8aUKz7108W3wrNJZxFE5A"
)
DISCORD = "https://discord.com/api/webhooks/123456789/abc-DEF_1234"
MATTERMOST = "https://chat.example.com/team/hooks/3ccdd113474722377935511fc85d3dd4"
GOOGLE_CHAT = "https://chat.googleapis.com/v1/spaces/AAAA1234/messages?key=k1-abcd&token=t1-abcd"
TELEGRAM = "tgram://123456789:abcdefghijklmnopqrstuvwxyz012345678/12315544"

ADDRESSES = {
    ChatKind.SLACK: SLACK,
    ChatKind.TEAMS: TEAMS,
    ChatKind.DISCORD: DISCORD,
    ChatKind.MATTERMOST: MATTERMOST,
    ChatKind.GOOGLE_CHAT: GOOGLE_CHAT,
    ChatKind.TELEGRAM: TELEGRAM,
}
HOSTS = {
    "https://hooks.slack.com": ChatKind.SLACK,
    "https://prod-1.westeurope.logic.azure.com:443": ChatKind.TEAMS,
    "https://discord.com": ChatKind.DISCORD,
    "https://chat.example.com": ChatKind.MATTERMOST,
    "https://chat.googleapis.com": ChatKind.GOOGLE_CHAT,
    "https://api.telegram.org": ChatKind.TELEGRAM,
}
