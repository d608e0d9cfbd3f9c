"""Where voice servers stand: https://discord.com/developers/docs/resources/voice#voice-region-object"""

from __future__ import annotations

REGIONS = {
    "brazil": "Brazil",
    "hongkong": "Hong Kong",
    "india": "India",
    "japan": "Japan",
    "rotterdam": "Rotterdam",
    "singapore": "Singapore",
    "southafrica": "South Africa",
    "sydney": "Sydney",
    "us-central": "US Central",
    "us-east": "US East",
    "us-south": "US South",
    "us-west": "US West",
}
"""The regions a channel's ``rtc_region`` may name; Discord changes the list now and then."""
