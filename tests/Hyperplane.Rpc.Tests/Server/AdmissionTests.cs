using Hyperplane.Rpc.Tests.Hosting;

namespace Hyperplane.Rpc.Tests.Server;

public sealed class AdmissionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(1_000)] // longer than the server takes: it does not come to know
    public async Task What_is_not_admitted_is_refused_before_it_is_read(int characters)
    {
        await using TestServer server = await TestServer.StartAsync(Notes.Echo(), options: new RpcServiceOptions
        {
            MaxReceiveMessageSize = 100,
            Admit = _ => throw new RpcException(new Status(StatusCode.Unauthenticated, "who are you?")),
        });
        using Channel channel = server.CreateChannel();
        RpcException refused = await Assert.ThrowsAsync<RpcException>(async () => await channel.CreateCallInvoker()
            .AsyncUnaryCall(Notes.One, null, default, new Note { Text = new string('x', characters) }));
        Assert.Equal(new Status(StatusCode.Unauthenticated, "who are you?"), refused.Status);
    }

    [Fact]
    public async Task What_is_admitted_is_served()
    {
        int calls = 0;
        await using TestServer server = await TestServer.StartAsync(
            Notes.Echo(), options: new RpcServiceOptions { Admit = _ => calls++ });
        using Channel channel = server.CreateChannel();
        await channel.CreateCallInvoker().AsyncUnaryCall(Notes.One, null, default, new Note());
        Assert.Equal(1, calls);
    }
}
