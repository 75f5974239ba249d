using System.Globalization;
using System.Net.Sockets;

namespace Hyperplane.Health;

/// <summary>Runs one probe of a target: every outcome is a result, never an exception.</summary>
public static class Probe
{
    /// <summary>Connects and, for HTTP, asks, within the timeout. Null when <paramref name="ct"/> ended it.</summary>
    public static async Task<ProbeResult?> RunAsync(HealthCheckTarget target, TimeProvider time, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(time);
        string sent = Describe(target);
        using var timeout = new CancellationTokenSource(target.Settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ct);
        try
        {
            return target.Settings.Kind == HealthCheckKind.Http
                ? await HttpProbe.RunAsync(target, sent, either.Token)
                : await TcpProbe.RunAsync(target, sent, either.Token);
        }
        catch (SocketException e) when (!either.IsCancellationRequested)
        {
            return ProbeSocket.IsLocal(e.SocketErrorCode)
                ? new ProbeResult(ProbeOutcome.NotSent, $"{sent}: this node could not send it: {e.Message}")
                : new ProbeResult(ProbeOutcome.Failure, $"{sent}: {e.Message}");
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return ct.IsCancellationRequested ? null : new ProbeResult(
                ProbeOutcome.Timeout,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{sent}: no answer within {target.Settings.Timeout.TotalMilliseconds:0} ms"));
        }
    }

    private static string Describe(HealthCheckTarget target) => target.Settings.Kind == HealthCheckKind.Http
        ? $"GET http://{target.EndPoint}{target.Settings.Path}"
        : $"TCP connect to {target.EndPoint}";
}
