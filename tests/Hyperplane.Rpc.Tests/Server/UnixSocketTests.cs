using System.Net.Sockets;
using Hyperplane.Rpc.Tests.Hosting;

namespace Hyperplane.Rpc.Tests.Server;

public sealed class UnixSocketTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hprpcs");

    private string SocketPath => Path.Combine(_directory.FullName, "s");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_socket_that_a_dead_process_left_is_replaced()
    {
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(SocketPath));
            dead.Listen();
            File.Move(SocketPath, SocketPath + "2"); // .NET deletes the file it bound: this one stays
        }

        File.Move(SocketPath + "2", SocketPath);
        await using TestServer server = await TestServer.StartAsync(
            Notes.Echo(), Transport.UnixSocket, socket: SocketPath);
        using Channel channel = server.CreateChannel();
        await channel.CreateCallInvoker().AsyncUnaryCall(Notes.One, null, default, new Note());
    }

    [Fact]
    public async Task A_socket_where_somebody_listens_is_not_taken_away()
    {
        await using TestServer first = await TestServer.StartAsync(
            Notes.Echo(), Transport.UnixSocket, socket: SocketPath);

        await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(
            Notes.Echo(), Transport.UnixSocket, socket: SocketPath));

        using Channel channel = first.CreateChannel();
        await channel.CreateCallInvoker().AsyncUnaryCall(Notes.One, null, default, new Note());
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_not_deleted()
    {
        await File.WriteAllTextAsync(SocketPath, "precious");

        await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(
            Notes.Echo(), Transport.UnixSocket, socket: SocketPath));

        Assert.Equal("precious", await File.ReadAllTextAsync(SocketPath));
    }

    [Fact]
    public async Task A_path_that_the_kernel_cannot_hold_is_named()
    {
        string path = Path.Combine(_directory.FullName, new string('x', 108));
        IOException e = await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(
            Notes.Echo(), Transport.UnixSocket, socket: path));
        Assert.Contains("107", e.Message, StringComparison.Ordinal);
    }
}
