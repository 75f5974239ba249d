using System.Security.Cryptography;
using System.Text;
using Hyperplane.Rpc;
using RpcStatus = Hyperplane.Rpc.Status;

namespace Hyperplane.Controller.CellControl;

/// <summary>Lets in who shows the cell key.</summary>
internal sealed class CellKey(CellControlOptions options)
{
    private const string Scheme = "Bearer ";
    private readonly byte[] _hash = SHA256.HashData(Encoding.UTF8.GetBytes(options.CellKey));

    /// <summary>Throws UNAUTHENTICATED; takes the same time wherever the keys differ.</summary>
    public void Check(ServerCallContext context)
    {
        string? shown = context.RequestHeaders.GetValue("authorization");
        if (shown is null
            || !shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(shown[Scheme.Length..])), _hash))
            throw new RpcException(new RpcStatus(StatusCode.Unauthenticated, "the cell key is missing or wrong"));
    }
}
