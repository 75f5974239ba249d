using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Hyperplane.Api.OpenApi;
using Hyperplane.Controller.Contracts.Cells;

namespace Hyperplane.Api.Cells;

/// <summary>What a node shows once to get its first certificate, told this once.</summary>
internal sealed record EnrolmentTokenView(
    [property: Required, Example("a1"), Description("The node's cell.")] string Cell,
    [property: Required, Example("node-a1"), Description("The node.")] string Node,
    [property: Required, Description("Put it into the agent's `enrolmentTokenFile`; only its hash is kept.")]
    string Token,
    [property: Required, Description("From then on it is worthless.")] DateTimeOffset ExpiresAt)
{
    /// <summary>The controller's token for the wire.</summary>
    public static EnrolmentTokenView From(EnrolmentToken made) =>
        new(made.Cell, made.Node, made.Token, made.ExpiresAt);

    /// <inheritdoc/>
    public override string ToString() => $"{Cell}/{Node}";
}
