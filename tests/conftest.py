"""What holds for all tests."""

from tests.loopback import stay_on_loopback

stay_on_loopback()
