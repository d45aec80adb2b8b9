"""Who may do what with a file: by its mode, its POSIX access list, and who is in a group."""

import grp
import os
import pwd
import stat
import struct
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

WRITE: Final = 2
ANY_RIGHT: Final = 7
"""Rights, as the three bits of a mode have them."""

_VERSION: Final = 2
_OWNER, _USER, _OWN_GROUP, _GROUP, _MASK = 0x01, 0x02, 0x04, 0x08, 0x10
"""Tags of the kernel's access lists (linux/posix_acl.h)."""


def access_list_of(at: Path | int, status: os.stat_result) -> bytes | None:
    """Return the access list as the kernel keeps it; None where there is none, or it could give nothing."""
    if sys.platform != "linux" or not status.st_mode & stat.S_IRWXG:
        return None
    try:
        return os.getxattr(at, "system.posix_acl_access")
    except OSError:
        return None


def strangers_may(
    rights: int,
    status: os.stat_result,
    *,
    access_list: bytes | None,
    uid: int,
    is_private_group: Callable[[int], bool],
) -> bool:
    """Return whether anybody but the user `uid` and root has one of these rights on what `status` is of.

    With an access list the mode shows for the group what the list gives at most to anybody.
    """
    if status.st_mode & rights:
        return True
    at_most = status.st_mode >> 3 & rights
    if not at_most:
        return False
    if access_list is None:
        return not is_private_group(status.st_gid)
    if len(access_list) % 8 != 4 or struct.unpack_from("<I", access_list) != (_VERSION,):  # noqa: PLR2004 - bytes
        return True
    for tag, held, of in struct.iter_unpack("<HHI", access_list[4:]):
        is_ours = (
            tag in {_OWNER, _MASK}
            or (tag == _USER and of in {0, uid})
            or (tag == _OWN_GROUP and is_private_group(status.st_gid))
            or (tag == _GROUP and is_private_group(of))
        )
        if held & at_most and not is_ours:
            return True
    return False


@cache
def is_private_group(gid: int, uid: int) -> bool:
    """Return whether a group is the own one of the user `uid`, or of root, and nobody else is in it.

    Many systems give each user such a group, and a umask that lets it write.
    """
    ours = [user for user in (_user(uid), _user(0)) if user is not None]
    primary = {user.pw_gid for user in ours} | ({os.getegid()} if uid == os.geteuid() else set())
    if gid not in primary:
        return False
    names = {user.pw_name for user in ours}
    try:
        group = grp.getgrgid(gid)
    except KeyError:  # a container may run as numbers that have no names
        named_alike = False
    else:
        if set(group.gr_mem) - names:
            return False
        named_alike = group.gr_name in names
    return named_alike or all(user.pw_gid != gid or user.pw_uid in {0, uid} for user in pwd.getpwall())


def user_name(uid: int) -> str:
    """Return the name of a user for people, with the number."""
    user = _user(uid)
    return f"uid {uid}" if user is None else f"{user.pw_name} (uid {uid})"


def _user(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None
