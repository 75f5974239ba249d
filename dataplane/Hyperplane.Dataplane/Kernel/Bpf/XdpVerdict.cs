namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary><c>enum xdp_action</c>.</summary>
internal enum XdpVerdict
{
    /// <summary>The program failed.</summary>
    Aborted,

    /// <summary>The frame is gone.</summary>
    Drop,

    /// <summary>To the kernel.</summary>
    Pass,

    /// <summary>Out of the interface it came in by.</summary>
    Transmit,

    /// <summary>To another interface or a socket.</summary>
    Redirect,
}
