using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Hyperplane.Health;

/// <summary>Runs one probe of a target: every outcome is a result, never an exception.</summary>
public static class Probe
{
    /// <summary>Connects and, for HTTP and HTTPS, asks, within the timeout of its settings. Null when
    /// <paramref name="ct"/> ended it.</summary>
    public static Task<ProbeResult?> RunAsync(HealthCheckTarget target, TimeProvider time, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(target);
        return RunAsync(target, target.Settings.Timeout, time, ct);
    }

    /// <summary>The same, within another time.</summary>
    public static async Task<ProbeResult?> RunAsync(
        HealthCheckTarget target, TimeSpan within, TimeProvider time, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(time);
        string sent = Describe(target);
        using var timeout = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            return target.Settings.Kind == HealthCheckKind.Tcp
                ? await TcpProbe.RunAsync(target, sent, either.Token)
                : await HttpProbe.RunAsync(target, sent, either.Token);
        }
        catch (Exception e) when (IsNetwork(e) && !either.IsCancellationRequested)
        {
            return e is SocketException socket && ProbeSocket.IsLocal(socket.SocketErrorCode)
                ? new ProbeResult(ProbeOutcome.NotSent, sent, $"this node could not send it: {e.Message}")
                : new ProbeResult(ProbeOutcome.Failure, sent, Explain(e));
        }
        catch (Exception e) when (IsNetwork(e) || e is OperationCanceledException or ObjectDisposedException)
        {
            return ct.IsCancellationRequested ? null : new ProbeResult(
                ProbeOutcome.Timeout,
                sent,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"no answer within {target.Settings.Timeout.TotalMilliseconds:0} ms"));
        }
    }

    private static bool IsNetwork(Exception e) => e is SocketException or IOException or AuthenticationException;

    private static string Explain(Exception e) => e switch
    {
        AuthenticationException => $"no TLS: {(e.InnerException ?? e).Message}",
        IOException { InnerException: SocketException inner } => inner.Message,
        _ => e.Message,
    };

    private static string Describe(HealthCheckTarget target) => target.Settings.Kind switch
    {
        HealthCheckKind.Http => $"GET http://{target.EndPoint}{target.Settings.Path}",
        HealthCheckKind.Https => $"GET https://{target.EndPoint}{target.Settings.Path}",
        _ => $"TCP connect to {target.EndPoint}",
    };
}
