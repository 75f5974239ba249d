using System.Diagnostics;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>One connection to a VIP that is kept, and whose bytes must come back.</summary>
internal sealed class LongTalk : IDisposable
{
    // For each line that it reads.
    private const string Script = """
        import os, socket, sys
        s = socket.create_connection((sys.argv[1], 80), timeout=10)
        while True:
            data = os.urandom(5000)
            s.sendall(data)
            back = b""
            while len(back) < len(data):
                back += s.recv(65536)
            assert back == data, "other bytes came back"
            print("same bytes", flush=True)
            if not sys.stdin.readline():
                break
        """;

    private readonly Process _client;

    /// <summary>Connects, and has had an answer.</summary>
    public LongTalk(NetworkNamespace from, string vip)
    {
        _client = from.Start("/usr/bin/python3", "-c", Script, vip);
        Assert.Equal("same bytes", _client.StandardOutput.ReadLine());
    }

    /// <summary>Once more.</summary>
    public void GoOn()
    {
        _client.StandardInput.WriteLine();
        Assert.Equal("same bytes", _client.StandardOutput.ReadLine());
    }

    public void Dispose()
    {
        _client.Kill();
        _client.WaitForExit();
        _client.Dispose();
    }
}
