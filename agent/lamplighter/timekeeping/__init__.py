"""Time: which clock decides what, so that a clock that is wrong or set anew loses nothing.

A gateway may start in 1970, be set back a day or forward ten years, and never hear of network
time. Three clocks are told apart, all of one
:class:`~lamplighter.timekeeping.timekeeper.Timekeeper`:

``clock``   UTC seconds as the wall's clock says. It goes on evenly, and is set anew only in
            :meth:`~lamplighter.timekeeping.timekeeper.Timekeeper.look`, once a second on the
            asyncio loop, so that all parts hear of it at the same moment.
``uptime``  seconds since the boot, the time asleep included; no setting of the clock moves it, and
            with the boot's id it says when something was within one boot.
``ageing``  UTC seconds to tell ages by: it never takes a leap before the leap has held for a
            day. Things are given up by it or by ``clock``, whichever is earlier: a wrong clock
            that comes back has deleted nothing.

What goes by which:

================================  ================================================================
order of what waits               the row's number, never a time
commands we let expire            ``uptime`` within a boot. Of another boot: the wall's clock where
                                  it was known then and is known now; else they are expired, for
                                  nobody can say how old they are
``expires_at`` from outside       the wall's clock; while it is not trusted, commands that need it
                                  are refused, and what is no command waits
"in ten minutes", timers          ``uptime`` within a boot; of another boot the wall's clock, once
                                  it is trusted
open questions, confirmations     the monotonic clock: they do not survive the process
delays of alarms, silence, ends   the wall's clock, moved along when it is set anew
of shelving, settling of reports,
values of plugins that expire
commands that come again          ``ageing``: a repetition stays one when the clock leaps
how long history, audit and the   ``ageing``; what a wrong clock dated impossibly (after now, or
like are kept                     before this program) is moved to where it belongs when the clock
                                  is set right; history that stays after now is given up
a lane's ``max_age``               ``uptime`` within a boot; of another boot a trusted clock, or not
what waits in the outbox          stamped with both clocks; when the wall's clock is set right, what
                                  was put in since the boot is stamped anew
the expiry that a broker is told  the seconds that are left, however they are counted here
times that are shown              the wall's clock, right or wrong; ``health`` says whether trusted
================================  ================================================================
"""
