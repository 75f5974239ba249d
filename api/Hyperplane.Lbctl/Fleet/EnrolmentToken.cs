using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Fleet;

/// <summary>What a node enrols with; told once.</summary>
internal sealed record EnrolmentToken(string Node, string Cell, string Token, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>What lbctl knows about tokens.</summary>
    public static readonly ResourceKind<EnrolmentToken> Kind = new(
        "token",
        WireJson.Default.EnrolmentToken,
        static one => one.Node,
        static one => one.Node,
        [
            new("NODE", static one => one.Node),
            new("CELL", static one => one.Cell),
            new("EXPIRES", static one => Moment.Of(one.ExpiresAt)),
            new("TOKEN", static one => one.Token),
        ]);

    /// <inheritdoc/>
    public override string ToString() => $"{Cell}/{Node}";
}
