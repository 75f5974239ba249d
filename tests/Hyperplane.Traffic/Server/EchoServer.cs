using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Traffic.Server;

/// <summary>Echoes messages over TCP, once it has checked them, and datagrams over UDP, on one port.</summary>
/// <remarks>A TCP connection that gets a byte out of place is reset.</remarks>
internal sealed class EchoServer : IPollable, IDisposable
{
    private const int DatagramsATurn = 64;
    private readonly Poller _poller = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly DatagramEcho _datagrams;
    private bool _ended;

    public EchoServer(int port)
    {
        _listener.Blocking = false;
        _listener.Bind(new IPEndPoint(IPAddress.Any, port));
        _listener.Listen(4096);
        _poller.Watch(_listener, Poller.In, this);
        _datagrams = new DatagramEcho(port, DatagramsATurn);
        _poller.Watch(_datagrams.Socket, Poller.In, _datagrams);
        _poller.Watch(0, Poller.In, new InputLines(static _ => { }, () => _ended = true));
    }

    /// <summary>Until standard input ends; prints "ready" first.</summary>
    public void Run()
    {
        Console.WriteLine("ready");
        while (!_ended)
            _poller.Turn(-1);
    }

    /// <summary>A connection to accept.</summary>
    public void OnReady(uint events)
    {
        try
        {
            Socket accepted = _listener.Accept();
            accepted.Blocking = false;
            accepted.NoDelay = true;
            _poller.Watch(accepted, Poller.In, new EchoConnection(accepted, _poller));
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.ConnectionAborted)
        {
            // The client went away while it waited.
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _datagrams.Dispose();
        _poller.Dispose();
    }
}
