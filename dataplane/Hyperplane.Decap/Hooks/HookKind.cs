namespace Hyperplane.Decap.Hooks;

/// <summary>Where on an interface's way in the program stands.</summary>
internal enum HookKind
{
    /// <summary>A filter of clsact: any driver, any MTU, beside other filters.</summary>
    Tc,

    /// <summary>In the driver, before the kernel merges segments; alone there.</summary>
    Xdp,
}
