using Hyperplane.Controller.Contracts.Outcomes;

namespace Hyperplane.Controller.Outcomes;

/// <summary>Why an attribute that AWS has cannot be set here.</summary>
/// <param name="Code">Stable: <c>needs_dns</c>, <c>needs_tls</c>, <c>not_applicable</c>, <c>use_member</c>.</param>
/// <param name="Reason">With what to do instead.</param>
internal sealed record RefusedAttribute(string Code, string Reason)
{
    /// <summary>What AWS logs are connections of TLS listeners alone.</summary>
    public static RefusedAttribute NeedsTls { get; } = new(
        "needs_tls", "Access logs are of TLS listeners, which there are none of yet; leave this out.");

    /// <summary>The error of a request that sets it.</summary>
    public FieldError ToError(string key) => new($"/attributes/{key}", Code, Reason);
}
