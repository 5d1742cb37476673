select
    source,
    urn,
    name as site_name,
    url,
    is_open,
    first_seen_at,
    last_seen_at
from {{ source('raw', 'authorities') }}
