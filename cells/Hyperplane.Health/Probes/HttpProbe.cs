using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Hyperplane.Health;

/// <summary>Asks for a page, over TLS when the check is HTTPS, and looks at the status code; the body is not
/// read.</summary>
internal static class HttpProbe
{
    private const int ShownBytes = 64;

    /// <summary>A result, or one of the exceptions of <see cref="TlsClient"/>, or
    /// <see cref="SocketException"/>.</summary>
    public static async Task<ProbeResult> RunAsync(HealthCheckTarget target, string sent, CancellationToken ct)
    {
        Socket socket = await ProbeSocket.ConnectAsync(target.EndPoint, target.Source, ct);
        try
        {
            if (target.Settings.ProxyProtocol)
                await ProbeSocket.SendAsync(socket, LocalHeader.Octets, ct);
            await using var connection = new NetworkStream(socket, ownsSocket: false);
            if (target.Settings.Kind == HealthCheckKind.Http)
                return await AskAsync(connection, target, sent, ct);
            await using Stream tls = await TlsClient.OpenAsync(connection, ct);
            return await AskAsync(tls, target, sent, ct);
        }
        finally
        {
            ProbeSocket.Close(socket);
        }
    }

    private static async Task<ProbeResult> AskAsync(
        Stream stream, HealthCheckTarget target, string sent, CancellationToken ct)
    {
        await stream.WriteAsync(RequestOf(target), ct);
        byte[] buffer = new byte[HttpAnswer.MaxBytes];
        int length = 0;
        while (true)
        {
            int received = await stream.ReadAsync(buffer.AsMemory(length), ct);
            length += received;
            switch (HttpAnswer.TryReadStatus(buffer.AsSpan(0, length), out int code))
            {
                case HttpAnswerVerdict.Complete:
                    return Judge(target.Settings, sent, code, buffer.AsSpan(0, length));
                case HttpAnswerVerdict.Garbage:
                    return new ProbeResult(ProbeOutcome.Failure, sent, $"no HTTP: {Show(buffer, length)}");
                case HttpAnswerVerdict.Incomplete when received == 0:
                    return new ProbeResult(
                        ProbeOutcome.Failure, sent, $"closed before the headers ended: {Show(buffer, length)}");
                default:
                    break;
            }
        }
    }

    private static ProbeResult Judge(HealthCheckSettings settings, string sent, int code, ReadOnlySpan<byte> answer) =>
        new(
            code >= settings.CodeMin && code <= settings.CodeMax ? ProbeOutcome.Success : ProbeOutcome.CodeMismatch,
            sent,
            string.Create(CultureInfo.InvariantCulture, $"status {code}"))
        {
            Weight = settings.EndpointWeight ? EndpointWeight.Find(answer) : null,
        };

    private static ReadOnlyMemory<byte> RequestOf(HealthCheckTarget target) => Encoding.ASCII.GetBytes(
        $"GET {target.Settings.Path} HTTP/1.1\r\nHost: {target.EndPoint}\r\n"
        + "User-Agent: hyperplane-health\r\nAccept: */*\r\nConnection: close\r\n\r\n");

    private static string Show(byte[] bytes, int length) =>
        length == 0 ? "nothing came" : Encoding.Latin1.GetString(bytes, 0, Math.Min(length, ShownBytes));
}
