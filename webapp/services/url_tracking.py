"""Which query parameters only say how a reader came to an address, not what it shows."""

import re

_EVERYWHERE = re.compile(
    r"""^(?:
    # campaigns, by the tool that counts them
    utm(?:_\w+)? | mtm(?:_\w+)? | pk_\w+ | piwik_\w+ | matomo_\w+ | itm_\w+ | otm_\w+ | hmb_\w+
    | at_\w+ | wt_?z?mc | wtrid | xtor | cmp(?:id)? | cm_mmc\w* | icid | ncid | s_cid | s_kwcid
    | camp(?:aign)?(?:_?id)? | mbid | mod | ito | tpcc | ocid | cvid | taid | smid | smtyp
    | partnerid
    # clicks
    | (?:g|d|y|fb|tw|ms|gb|wb|t|li_fat_|irc|rb_)clk?id | (?:gcl|dcl|fbcl|tcl|mscl|ycl|twcl)id
    | clickid | rb_clickid | ttclid | igsh(?:id)? | srsltid | gs_l | gclsrc | _openstat | wickedid
    | mibextid | __twitter_impression | s_?share | share(?:d|_?id|token)? | echobox | sr_share
    # mailings
    | mc_(?:cid|eid|tc) | _hs(?:enc|mi) | __hs(?:fp|sc|tc) | hsctatracking | mkt_tok | __s
    | ml_subscriber(?:_hash)? | oly_(?:anon|enc)_id | vero_(?:conv|id) | nl(?:id)? | newsletter
    # where from
    | ref | ref_?(?:src|url|source|campaign)? | referr?er | fb_(?:action_\w+|ref|source|comment_id)
    | action_(?:object|type|ref)_map | tracking(?:_source)? | \w*affiliate\w* | aff_?(?:id|iliate)?
    | feature | soc_(?:src|trk) | tsrc | ftag | __source | guccounter | guce_\w+ | spm | vn_\w+
    | aftr_source | sref | leadsource | rss | feedtype | feedname
    # visits
    | _ga | _gl | ga_\w+ | sessionid | phpsessid | jsessionid | cb | cachebuster
    # forms of one page
    | amp | outputtype | amp_\w+ | usqp | mobile | print(?:able)? | nomobile | desktop
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_BY_HOST = (
    (re.compile(r"(?:^|\.)google\.[a-z.]+$"), re.compile(r"^(?:ved|ei|usg|sa|oq|hl|gl|ceid)$")),
    (re.compile(r"(?:^|\.)(?:twitter|x)\.com$"), re.compile(r"^[st]$")),
    (re.compile(r"(?:^|\.)forbes\.com$"), re.compile(r"^(?:sh|ss)$")),
    (re.compile(r"(?:^|\.)(?:yahoo|aol)\.com$"), re.compile(r"^(?:\.tsrc|bcmt)$")),
    (re.compile(r"(?:^|\.)(?:wsj|barrons|marketwatch)\.com$"), re.compile(r"^(?:st|siteid|dist)$")),
    (re.compile(r"(?:^|\.)bloomberg\.com$"), re.compile(r"^(?:srnd|cmpid|leadsource)$")),
    (re.compile(r"(?:^|\.)youtube\.com$"), re.compile(r"^(?:si|pp|ab_channel)$")),
    (re.compile(r"(?:^|\.)linkedin\.com$"), re.compile(r"^(?:trk|trackingid|lipi|refid)$")),
)
_VAGUE = re.compile(r"^(?:source|src|from|track|via|partner|feed|medium|origin|channel|type)$")
_WAYS = re.compile(
    r"^(?:\w*rss\w*|feeds?|twitter|facebook|linkedin|e?mail|newsletter|social\w*|share\w*|app|amp|"
    r"home(?:page)?|search|google\w*|yahoo\w*|applenews|flipboard|push)$",
    re.IGNORECASE,
)


def is_tracking(host: str, name: str, value: str) -> bool:
    """Tell whether a parameter of an address can be left out without showing something else."""
    if _EVERYWHERE.match(name):
        return True
    lowered = name.lower()
    if _VAGUE.match(lowered) and _WAYS.match(value):
        return True
    return any(on.search(host) and names.match(lowered) for on, names in _BY_HOST)
