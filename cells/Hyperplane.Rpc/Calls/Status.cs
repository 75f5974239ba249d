using System.Globalization;

namespace Hyperplane.Rpc;

/// <summary>How a call ended: a code and a sentence for people.</summary>
/// <param name="StatusCode">The code.</param>
/// <param name="Detail">Sent to the peer; may hold any Unicode text.</param>
/// <param name="DebugException">What caused it here; never sent.</param>
public readonly record struct Status(StatusCode StatusCode, string Detail, Exception? DebugException = null)
{
    /// <summary>Success without words.</summary>
    public static readonly Status DefaultSuccess = new(StatusCode.OK, "");

    /// <summary>Cancelled without words.</summary>
    public static readonly Status DefaultCancelled = new(StatusCode.Cancelled, "");

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{StatusCode} ({(int)StatusCode}): {Detail}");
}
