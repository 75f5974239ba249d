using System.Runtime.InteropServices;

namespace Hyperplane.Linux.Udp;

/// <summary>A file descriptor; closed exactly once.</summary>
internal sealed class DescriptorHandle : SafeHandle
{
    public DescriptorHandle(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>The number, for calls of the thread that owns this.</summary>
    public int Number => (int)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => NativeUdp.Close((int)handle) == 0;
}
