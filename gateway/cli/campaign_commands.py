"""``gateway campaign``, with every command of its modules."""

from gateway.cli.campaign import campaign
from gateway.cli.campaign_dates import dates
from gateway.cli.campaign_looking import calendar, list_campaigns, readers, results, show
from gateway.cli.campaign_writing import copy, edit, new

for _command in (new, edit, copy, dates, show, list_campaigns, readers, results, calendar):
    campaign.add_command(_command)
