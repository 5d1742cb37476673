with

authorities as (

    select * from {{ ref('stg_local_authorities') }}

),

names as (

    select
        la_code,
        active_from,
        active_to,
        la_name as name
    from authorities

    union all

    select
        la_code,
        active_from,
        active_to,
        unnest(aliases) as name
    from authorities

)

select distinct
    {{ plain_name('name') }} as plain_name,
    la_code,
    active_from,
    active_to
from names
