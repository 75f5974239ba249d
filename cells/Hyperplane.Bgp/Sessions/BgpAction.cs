namespace Hyperplane.Bgp;

/// <summary>
/// What a session wants its driver to do, in this order, besides sending <see cref="BgpSession.Output"/>.
/// </summary>
public enum BgpAction
{
    /// <summary>Open a transport connection; its outcome comes back as connected or failed.</summary>
    Connect,

    /// <summary>Send what is left of the output for a moment, then close; nothing comes back.</summary>
    Close,
}
