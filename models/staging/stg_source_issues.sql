select
    source,
    code,
    url,
    detail,
    context,
    first_seen_at,
    last_seen_at,
    resolved_at
from {{ source('raw', 'issues') }}
