using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Hyperplane.Health;

/// <summary>Asks for a page and looks at the status code; the body is not read.</summary>
internal static class HttpProbe
{
    private const int ShownBytes = 64;

    /// <summary>A result, or <see cref="SocketException"/>.</summary>
    public static async Task<ProbeResult> RunAsync(HealthCheckTarget target, string sent, CancellationToken ct)
    {
        Socket socket = await ProbeSocket.ConnectAsync(target.EndPoint, target.Source, ct);
        try
        {
            await ProbeSocket.SendAsync(socket, RequestOf(target), ct);
            return await ReceiveAsync(socket, target.Settings, sent, ct);
        }
        finally
        {
            ProbeSocket.Close(socket);
        }
    }

    private static ReadOnlyMemory<byte> RequestOf(HealthCheckTarget target)
    {
        byte[] request = Encoding.ASCII.GetBytes(
            $"GET {target.Settings.Path} HTTP/1.1\r\nHost: {target.EndPoint}\r\n"
            + "User-Agent: hyperplane-health\r\nAccept: */*\r\nConnection: close\r\n\r\n");
        return target.Settings.ProxyProtocol ? (byte[])[.. LocalHeader.Octets.Span, .. request] : request;
    }

    private static async Task<ProbeResult> ReceiveAsync(
        Socket socket, HealthCheckSettings settings, string sent, CancellationToken ct)
    {
        byte[] buffer = new byte[HttpAnswer.MaxBytes];
        int length = 0;
        while (true)
        {
            int received = await socket.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, ct);
            length += received;
            switch (HttpAnswer.TryReadStatus(buffer.AsSpan(0, length), out int code))
            {
                case HttpAnswerVerdict.Complete:
                    return new ProbeResult(
                        code >= settings.CodeMin && code <= settings.CodeMax
                            ? ProbeOutcome.Success
                            : ProbeOutcome.CodeMismatch,
                        string.Create(CultureInfo.InvariantCulture, $"{sent}: status {code}"));
                case HttpAnswerVerdict.Garbage:
                    return new ProbeResult(ProbeOutcome.Failure, $"{sent}: no HTTP: {Show(buffer, length)}");
                case HttpAnswerVerdict.Incomplete when received == 0:
                    return new ProbeResult(
                        ProbeOutcome.Failure, $"{sent}: closed before the headers ended: {Show(buffer, length)}");
                default:
                    break;
            }
        }
    }

    private static string Show(byte[] bytes, int length) =>
        length == 0 ? "nothing came" : Encoding.Latin1.GetString(bytes, 0, Math.Min(length, ShownBytes));
}
