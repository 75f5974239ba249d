using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Hyperplane.Flows.Cells;

namespace Hyperplane.Flows.Calls;

/// <summary>The silo's end of one connection: frames in, calls, frames out as they are answered.</summary>
/// <remarks>At most one call to each replica is under way, so what waits is bounded.</remarks>
/// <param name="socket">Connected; disposed of with this.</param>
/// <param name="cell">The silo's cell; agents of others are refused.</param>
/// <param name="call">Calls a replica: its answer, empty when it failed; never throws.</param>
public sealed class CallServer(Socket socket, string cell, Func<ushort, byte[], Task<byte[]>> call) : IDisposable
{
    private const int SendBytes = 16 * (CallFrames.HeaderBytes + CallFrames.LongestAnswerBytes);

    private readonly Channel<(ushort Address, byte[] Body)> _answers =
        Channel.CreateUnbounded<(ushort, byte[])>(new UnboundedChannelOptions { SingleReader = true });
    private readonly int[] _isOut = new int[ReplicaAddress.Count];
    private readonly CallReader _reader = new(CallFrames.LongestCallBytes);
    private readonly CallWriter _writer = new(SendBytes);

    /// <summary>Serves until the agent hangs up or breaks the rules.</summary>
    /// <returns>What it did wrong; null when it hung up.</returns>
    public async Task<string?> RunAsync(CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task sending = SendAsync(ended.Token);
        try
        {
            return await ReceiveAsync(ended.Token);
        }
        finally
        {
            await ended.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private async Task<string?> ReceiveAsync(CancellationToken ended)
    {
        bool isGreeted = false;
        while (true)
        {
            int received = await socket.ReceiveAsync(_reader.Space, ended);
            if (received == 0)
                return null;
            _reader.Add(received);
            while (_reader.TryRead(out ushort address, out ReadOnlySpan<byte> body))
            {
                if ((isGreeted ? Begin(address, body) : Greet(address, body)) is { } defect)
                    return defect;
                isGreeted = true;
            }
            if (_reader.Defect is not null)
                return _reader.Defect;
        }
    }

    private string? Greet(ushort address, ReadOnlySpan<byte> body)
    {
        if (address != CallFrames.Hello)
            return "it does not say hello";
        if (!body.SequenceEqual(Encoding.UTF8.GetBytes(cell)))
            return $"it is of cell '{Encoding.UTF8.GetString(body)}', not of '{cell}'";
        _answers.Writer.TryWrite((CallFrames.Hello, []));
        return null;
    }

    private string? Begin(ushort address, ReadOnlySpan<byte> body)
    {
        if (!ReplicaAddress.IsReplica(address))
            return $"there is no replica {address}";
        if (Interlocked.Exchange(ref _isOut[address - ReplicaAddress.First], 1) != 0)
            return $"it calls replica {address} twice at a time";
        _ = CallAsync(address, body.ToArray());
        return null;
    }

    private async Task CallAsync(ushort address, byte[] request)
    {
        byte[] answer = await call(address, request);
        _answers.Writer.TryWrite((address, answer));
    }

    /// <summary>Sends what is there in one go.</summary>
    private async Task SendAsync(CancellationToken ended)
    {
        try
        {
            while (await _answers.Reader.WaitToReadAsync(ended))
            {
                while (_answers.Reader.TryPeek(out (ushort Address, byte[] Body) next)
                    && _writer.TryAdd(next.Address, next.Body))
                {
                    _answers.Reader.TryRead(out _);
                    if (next.Address != CallFrames.Hello)
                        Volatile.Write(ref _isOut[next.Address - ReplicaAddress.First], 0);
                }
                _writer.Sent(await socket.SendAsync(_writer.Waiting, ended));
            }
        }
        catch (SocketException)
        {
            // The agent hung up; the other direction sees it, too.
        }
    }
}
