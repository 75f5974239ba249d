using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;

namespace Hyperplane.Bench.Health;

/// <summary>What the sockets themselves cost: a plain loop on one thread, the kernel's calls and nothing
/// else.</summary>
/// <remarks>A connect from the same source at each even share of the interval; what is answered is shut down and
/// closed, what is not is closed after the timeout.</remarks>
internal sealed class BareConnects
{
    private const int MostFiles = 65_536;
    private const int EventsAtATime = 64;
    private const int SleepMs = 1;

    private readonly Queue<(int Socket, long At)> _oldest = new();
    private readonly long[] _begun = new long[MostFiles];
    private readonly BareSocket.Event[] _events = new BareSocket.Event[EventsAtATime];
    private readonly int _epoll = BareSocket.CreateEpoll(0);
    private readonly byte[] _source = Address(HealthNetwork.Source, 0);
    private int _answered;

    /// <summary>Connects at the case's rate for so many seconds, after it did so for a timeout.</summary>
    public BareRun Run(HealthCase wanted, int targets, int seconds)
    {
        byte[][] all =
        [
            .. Enumerable.Range(0, targets).Select(wanted.Target).Select(t => Address(t.Address, t.Port)),
        ];
        var timeout = TimeSpan.FromSeconds(Math.Min(wanted.IntervalSeconds, 10));
        double perSecond = targets / (double)wanted.IntervalSeconds;
        long began = Stopwatch.GetTimestamp();
        int done = 0;
        void Go(double untilSeconds)
        {
            while (Stopwatch.GetElapsedTime(began).TotalSeconds is var now && now < untilSeconds)
            {
                for (; done < now * perSecond; done++)
                    Begin(all[done % targets]);
                Take();
                GiveUp(timeout);
            }
        }

        double warmSeconds = timeout.TotalSeconds + 1;
        Go(warmSeconds);
        using var process = Process.GetCurrentProcess();
        (TimeSpan cpu, int before, int answered) = (process.TotalProcessorTime, done, _answered);
        Go(warmSeconds + seconds);
        process.Refresh();
        return new BareRun(
            seconds, done - before, (process.TotalProcessorTime - cpu).TotalSeconds, _answered - answered);
    }

    private void Begin(byte[] target)
    {
        int socket = BareSocket.Open(_source);
        BareSocket.Connect(socket, target);
        BareSocket.Watch(_epoll, socket);
        _begun[socket] = Stopwatch.GetTimestamp();
        _oldest.Enqueue((socket, _begun[socket]));
    }

    private void Take()
    {
        int count = BareSocket.Wait(_epoll, _events, SleepMs);
        foreach (ref readonly BareSocket.Event happened in _events.AsSpan(0, count))
        {
            _answered++;
            End((int)happened.Socket);
        }
    }

    private void GiveUp(TimeSpan timeout)
    {
        while (_oldest.TryPeek(out (int Socket, long At) oldest))
        {
            // The number of a socket that was answered may be another's by now.
            if (_begun[oldest.Socket] == oldest.At)
            {
                if (Stopwatch.GetElapsedTime(oldest.At) < timeout)
                    return;
                End(oldest.Socket);
            }

            _oldest.Dequeue();
        }
    }

    private void End(int socket)
    {
        _begun[socket] = 0;
        BareSocket.Close(socket);
    }

    private static byte[] Address(string address, int port)
    {
        byte[] bytes = new byte[BareSocket.AddressBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, BareSocket.Internet);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)port);
        IPAddress.Parse(address).TryWriteBytes(bytes.AsSpan(4), out _);
        return bytes;
    }
}
