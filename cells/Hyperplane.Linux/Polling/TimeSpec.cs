using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Polling;

/// <summary><c>struct timespec</c> of a 64-bit kernel.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    public long Seconds;
    public long Nanoseconds;
}
