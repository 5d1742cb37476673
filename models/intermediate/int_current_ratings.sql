with

ratings as (

    select ratings.*
    from {{ ref('int_ratings') }} as ratings
    inner join {{ ref('stg_local_authorities') }} as authorities
        on ratings.la_code = authorities.la_code
    -- An abolished authority has no current rating, and its successors do not inherit one, even where their page on the
    -- site lists its reports.
    where
        authorities.active_to is null
        and (ratings.rated_on is null or ratings.rated_on >= authorities.active_from)

),

latest_inspections as (

    select
        la_code,
        inspection_id
    from ratings
    where event_family = 'inspection'
    qualify row_number() over (
        partition by la_code
        order by rated_on desc nulls last, inspection_id
    ) = 1

),

-- Reviews of safeguarding boards ended with the single inspection framework: the last one stands until ILACS comes.
latest_lscb as (

    select rating_id
    from ratings
    where
        judgement = 'lscb'
        and not exists (
            select 1 from ratings as later
            where
                later.la_code = ratings.la_code
                and later.framework = 'ilacs'
                and later.event_family = 'inspection'
                and later.rated_on >= ratings.rated_on
        )
    qualify row_number() over (
        partition by la_code
        order by rated_on desc nulls last, rating_id
    ) = 1

)

select ratings.rating_id
from ratings
inner join latest_inspections
    on ratings.inspection_id = latest_inspections.inspection_id
where ratings.judgement != 'lscb'

union

select rating_id from latest_lscb
