select
    sites.source,
    sites.urn,
    sites.site_name,
    sites.url,
    coalesce(register.la_code, printed.la_code) as la_code
from {{ ref('stg_authorities') }} as sites
left join {{ ref('stg_local_authorities') }} as register
    on sites.urn = register.ofsted_urn
left join {{ ref('int_printed_authorities') }} as printed
    on
        sites.site_name = printed.printed_name
        and printed.on_date is null
