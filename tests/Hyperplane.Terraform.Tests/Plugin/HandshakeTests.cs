using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hyperplane.Lab;
using Hyperplane.Rpc;
using Hyperplane.Terraform.Plugin;
using Hyperplane.Terraform.Protocol;
using Hyperplane.Terraform.Tests.Region;

namespace Hyperplane.Terraform.Tests.Plugin;

/// <summary>What is agreed before the first call, and who may make it.</summary>
public sealed class HandshakeTests
{
    private const string Cookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

    [Theory]
    [InlineData("TF_PLUGIN_MAGIC_COOKIE", "another", "Terraform starts it")]
    [InlineData("PLUGIN_PROTOCOL_VERSIONS", "4,5", "needs 6")]
    [InlineData("PLUGIN_CLIENT_CERT", "no certificate", "PLUGIN_CLIENT_CERT")]
    public void What_cannot_be_served_is_refused_in_words(string variable, string value, string said)
    {
        (Handshake? handshake, string? refusal) = Handshake.Read(
            name => name == variable ? value : name == "TF_PLUGIN_MAGIC_COOKIE" ? Cookie : null);
        Assert.Null(handshake);
        Assert.Contains(said, refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "1|6|unix|/s|grpc|")]
    [InlineData("true", "1|6|unix|/s|grpc||false")]
    public void The_answer_is_one_line_with_a_field_more_for_who_multiplexes(string? multiplex, string line)
    {
        Handshake handshake = Handshake.Read(name => name switch
        {
            "TF_PLUGIN_MAGIC_COOKIE" => Cookie,
            "PLUGIN_PROTOCOL_VERSIONS" => "5,6",
            "PLUGIN_MULTIPLEX_GRPC" => multiplex,
            _ => null,
        }).Handshake!;
        Assert.Equal(line, handshake.Answer("/s", shown: null));
    }

    [Fact]
    public async Task Only_the_client_of_the_handshake_is_served_and_the_process_ends_when_it_asks()
    {
        using X509Certificate2 client = Certificate();
        using X509Certificate2 stranger = Certificate();
        ProcessStartInfo info = Command.Describe(Workspace.Program);
        info.Environment["TF_PLUGIN_MAGIC_COOKIE"] = Cookie;
        info.Environment["PLUGIN_CLIENT_CERT"] = client.ExportCertificatePem();
        using var provider = Process.Start(info)!;
        string[] line = (await provider.StandardOutput.ReadLineAsync())!.Split('|');
        Assert.Equal(["1", "6", "unix"], line[..3]);
        byte[] shown = Convert.FromBase64String(line[5].PadRight((line[5].Length + 3) / 4 * 4, '='));

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => SchemaAsync(line[3], stranger, shown));
        Assert.Equal(StatusCode.Unauthenticated, refused.Status.StatusCode);
        GetSchemaAnswer schema = await SchemaAsync(line[3], client, shown);
        Assert.Contains("hyperplane_nlb", schema.ResourceSchemas.Keys);
        Assert.All(schema.ResourceSchemas.Values, one => Assert.NotEmpty(one.Block.Attributes));

        using Channel channel = Open(line[3], client, shown);
        using var shutdown = channel.CreateCallInvoker().AsyncUnaryCall(
            PluginMethods.Shutdown, host: null, new CallOptions(), new Empty());
        await shutdown.ResponseAsync;
        Assert.True(provider.WaitForExit(TimeSpan.FromSeconds(10)), "it did not end");
        Assert.Equal(0, provider.ExitCode);
        Assert.False(Directory.Exists(Path.GetDirectoryName(line[3])));
        Assert.Equal("", await provider.StandardOutput.ReadToEndAsync());
    }

    private static async Task<GetSchemaAnswer> SchemaAsync(string socket, X509Certificate2 client, byte[] shown)
    {
        using Channel channel = Open(socket, client, shown);
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(
            ProviderMethods.GetSchema, host: null, new CallOptions(), new GetSchemaRequest());
        return await call.ResponseAsync;
    }

    private static Channel Open(string socket, X509Certificate2 client, byte[] shown) =>
        Channel.ForAddress("unix:" + socket, new ChannelOptions
        {
            Tls = new()
            {
                TargetHost = "localhost",
                LocalCertificateSelectionCallback = (_, _, _, _, _) => client,
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    certificate!.GetRawCertData().AsSpan().SequenceEqual(shown),
            },
        });

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA512);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddMinutes(-1), now.AddHours(1));
    }
}
