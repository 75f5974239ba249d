using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Hyperplane.Rpc.Tests.Hosting;

namespace Hyperplane.Rpc.Tests.Server;

/// <summary>The one service of the product that both rooms compile against.</summary>
public sealed class CellControlTests
{
    [Fact]
    public async Task Snapshot_pieces_and_reports_cross_with_the_cell_key()
    {
        await using TestServer server = await TestServer.StartAsync(new OneSnapshot().BindService());
        using Channel channel = server.CreateChannel();
        var client = new CellControlClient(channel);
        var options = new CallOptions([new("authorization", "Bearer key")]);

        using var pieces = client.Ask(new AskRequest { Cell = "a1" }, options);
        List<ulong> versions = [];
        await foreach (SnapshotChunk piece in pieces.ResponseStream.ReadAllAsync())
            versions.Add(piece.Version);
        ReportReply reply = await client.ReportAsync(new NodeReport { RunningVersion = 7 }, options);

        Assert.Equal([5ul, 5ul], versions);
        Assert.Equal(7u, reply.NextReportMs);
        Assert.Equal("/hyperplane.cells.v1.CellControl/Ask", CellControlMethods.Ask.FullName);
        Assert.Equal("/hyperplane.cells.v1.CellControl/Report", CellControlMethods.Report.FullName);
    }

    [Fact]
    public async Task A_method_without_code_is_unimplemented()
    {
        await using TestServer server = await TestServer.StartAsync(new Nothing().BindService());
        using Channel channel = server.CreateChannel();
        var client = new CellControlClient(channel);

        RpcException e = await Assert.ThrowsAsync<RpcException>(
            () => client.ReportAsync(new NodeReport()).ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, e.StatusCode);
    }

    private sealed class Nothing : CellControlBase;

    private sealed class OneSnapshot : CellControlBase
    {
        public override async Task Ask(
            AskRequest request, IServerStreamWriter<SnapshotChunk> responseStream, ServerCallContext context)
        {
            Assert.Equal("Bearer key", context.RequestHeaders.GetValue("authorization"));
            for (int i = 0; i < 2; i++)
                await responseStream.WriteAsync(new SnapshotChunk
                {
                    Version = 5,
                    Data = ByteString.CopyFrom(new byte[1024 * 1024]),
                });
        }

        public override Task<ReportReply> Report(NodeReport request, ServerCallContext context) =>
            Task.FromResult(new ReportReply { NextReportMs = (uint)request.RunningVersion });
    }
}
