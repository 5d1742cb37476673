select
    cast(la_code as varchar) as la_code,
    provider_name,
    provider_kind,
    status as evidence_status,
    cast(start_date as date) as started_on,
    cast(end_date as date) as ended_on
from {{ ref('children_services_trusts') }}
