using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Netlink;

/// <summary>The kernel refused a netlink request, or answered something else than asked for.</summary>
/// <param name="what">What was tried, in words an operator knows.</param>
/// <param name="errno">errno(3); 0 when the answer itself was malformed.</param>
public sealed class NetlinkException(string what, int errno)
    : IOException($"{what}: {(errno == 0 ? "malformed answer" : Marshal.GetPInvokeErrorMessage(errno))}")
{
    /// <summary>errno(3); 0 when the answer itself was malformed.</summary>
    public int Errno { get; } = errno;
}
