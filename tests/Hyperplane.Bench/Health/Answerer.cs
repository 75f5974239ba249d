using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Bench.Health;

/// <summary>The targets: one program for all addresses, whose CPU time is not that of who probes.</summary>
internal static class Answerer
{
    /// <summary>Makes this program it.</summary>
    public const string Argument = "--answer";

    /// <summary>Its first line.</summary>
    public const string Ready = "ready";

    private const int Backlog = 4_096;
    private const int PatienceMs = 200;

    /// <summary>Answers until its input ends or it is killed.</summary>
    public static void Run()
    {
        Listen(HealthNetwork.TcpPort, static _ => { });
        Listen(HealthNetwork.HttpPort, AnswerHttp);
        Console.WriteLine(Ready);
        while (Console.In.Read() >= 0)
        {
            // Nothing is asked.
        }
    }

    private static void Listen(int port, Action<Socket> answer)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, port));
        listener.Listen(Backlog);
        new Thread(() =>
        {
            while (true)
            {
                using Socket socket = listener.Accept();
                try
                {
                    answer(socket);
                }
                catch (SocketException)
                {
                    // Who asked went away.
                }
            }
        })
        { IsBackground = true }.Start();
    }

    private static void AnswerHttp(Socket socket)
    {
        socket.ReceiveTimeout = PatienceMs;
        Span<byte> request = stackalloc byte[2_048];
        if (socket.Receive(request) == 0)
            return;
        socket.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"u8);
        socket.Shutdown(SocketShutdown.Send);
        // So that who asked is the first to close, and TIME_WAIT is where it is with other targets.
        socket.Receive(request);
    }
}
