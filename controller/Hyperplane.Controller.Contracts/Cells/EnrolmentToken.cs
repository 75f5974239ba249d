using System.Text;

namespace Hyperplane.Controller.Contracts.Cells;

/// <summary>What a node shows once to get its first certificate.</summary>
/// <param name="Cell">The node's cell.</param>
/// <param name="Node">The node's name.</param>
/// <param name="Token">Told this once; only its hash is kept.</param>
/// <param name="ExpiresAt">From then on it is worthless.</param>
public sealed record EnrolmentToken(string Cell, string Node, string Token, DateTimeOffset ExpiresAt)
{
    // A record prints its members; this one holds a secret.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(Cell).Append('/').Append(Node);
        return true;
    }
}
