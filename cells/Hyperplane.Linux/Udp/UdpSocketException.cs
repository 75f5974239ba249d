using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Udp;

/// <summary>The kernel refused to make a socket as asked for.</summary>
/// <param name="what">What was tried, in words an operator knows.</param>
/// <param name="errno">errno(3).</param>
public sealed class UdpSocketException(string what, int errno)
    : IOException($"{what}: {Marshal.GetPInvokeErrorMessage(errno)}")
{
    /// <summary>errno(3).</summary>
    public int Errno { get; } = errno;
}
