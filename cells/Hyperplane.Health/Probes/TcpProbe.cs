using System.Net.Sockets;

namespace Hyperplane.Health;

/// <summary>Opens a connection and closes it in good order.</summary>
internal static class TcpProbe
{
    /// <summary>Success or <see cref="SocketException"/>.</summary>
    public static async Task<ProbeResult> RunAsync(HealthCheckTarget target, string sent, CancellationToken ct)
    {
        Socket socket = await ProbeSocket.ConnectAsync(target.EndPoint, target.Source, ct);
        try
        {
            if (target.Settings.ProxyProtocol)
                await ProbeSocket.SendAsync(socket, LocalHeader.Octets, ct);
        }
        finally
        {
            ProbeSocket.Close(socket);
        }

        return new ProbeResult(ProbeOutcome.Success, sent, "accepted");
    }
}
