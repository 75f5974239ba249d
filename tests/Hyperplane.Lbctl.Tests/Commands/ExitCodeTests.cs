using System.Net;
using System.Net.Sockets;
using System.Text;
using Hyperplane.Client;
using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Commands;

/// <summary>How each kind of ending is told: exit code, message, nothing on standard output.</summary>
public class ExitCodeTests
{
    [Theory]
    [InlineData(400, "invalid_value", 1)]
    [InlineData(401, "unauthenticated", 1)]
    [InlineData(403, "forbidden", 1)]
    [InlineData(404, "not_found", 3)]
    [InlineData(405, "method_not_allowed", 1)]
    [InlineData(409, "name_in_use", 4)]
    [InlineData(413, "body_too_large", 1)]
    [InlineData(500, "internal", 1)]
    [InlineData(503, "vip_pool_exhausted", 1)]
    public async Task A_refusal_has_the_exit_code_of_its_kind(int status, string code, int expected)
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/load-balancers", StubAnswer.Problem(status, code, "It was refused."));

        ShellOutcome outcome = await new Shell(api).RunAsync("create-nlb web --zones a");

        Assert.Equal(expected, outcome.ExitCode);
        Assert.Equal("", outcome.Output);
        Assert.Equal($"error: It was refused. ({code})\n  request id: req-7\n", outcome.Error);
    }

    [Fact]
    public async Task Every_error_of_a_request_is_told_with_its_place()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/load-balancers", StubAnswer.Problem(400, "invalid_value", "The request has 2 errors.", """
            [{"pointer":"/zones/1/zone","code":"unknown_zone","message":"There is no zone 'z'."},
             {"pointer":"/name","code":"invalid_value","message":"Must be 1 to 32 characters."}]
            """));

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb create web --zones a,z");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("", outcome.Output);
        Assert.Equal(
            """
            error: The request has 2 errors. (invalid_value)
              /zones/1/zone: There is no zone 'z'. (unknown_zone)
              /name: Must be 1 to 32 characters. (invalid_value)
              request id: req-7

            """,
            outcome.Error);
    }

    [Theory]
    [InlineData("nlb get ghost", "nlb")]
    [InlineData("nlb delete ghost", "nlb")]
    [InlineData("target-group get under_score", "target group")]
    [InlineData("target list ghost", "target group")]
    [InlineData("tenant get ghost", "tenant")]
    public async Task A_name_that_leads_nowhere_is_not_found(string line, string kind)
    {
        await using StubApi api = await StubApi.StartAsync();
        foreach (string list in new[] { "load-balancers", "target-groups", "tenants" })
        {
            api.On($"GET /v1/{list}", StubAnswer.List())
                .On($"GET /v1/{list}?pageSize=500&name=under_score",
                    StubAnswer.Problem(400, "invalid_value", "No name."));
        }

        ShellOutcome outcome = await new Shell(api).RunAsync(line);

        Assert.Equal(3, outcome.ExitCode);
        Assert.Equal("", outcome.Output);
        Assert.Equal($"error: there is no {kind} with the name or id '{line.Split(' ')[2]}' (not_found)\n",
            outcome.Error);
    }

    [Theory]
    [InlineData("nlb create web --zones a --address b=198.18.0.9", "--address names zone 'b'")]
    [InlineData("nlb create web --zones ,", "--zones names no zone")]
    [InlineData("nlb create web --zones a --tag x", "--tag takes NAME=VALUE, not 'x'")]
    [InlineData("nlb create web --zones a --tag x=1 --tag x=2", "--tag names 'x' twice")]
    [InlineData("nlb create", "Option '--zones' is required.")]
    [InlineData("nlb get ..", "'..' is neither a name nor an id")]
    [InlineData("nlb", "Required command was not provided.")]
    [InlineData("nlb crate", "'crate'")]
    [InlineData("listener create --nlb x --protocol TCP --port 0 --target-group y",
        "--port must be a whole number from 1 to 65535, not '0'.")]
    [InlineData("listener create --nlb x --protocol TCP --port 65536 --target-group y", "not '65536'")]
    [InlineData("listener create --nlb x --protocol SCTP --port 1 --target-group y",
        "--protocol must be TCP, UDP or TCP_UDP, not 'SCTP'.")]
    [InlineData("target register g 10.0.0.1:0", "'10.0.0.1:0' is no target")]
    [InlineData("target register g example.org:80", "'example.org:80' is no target")]
    [InlineData("target deregister g 10.0.0.1=5", "a weight says nothing here")]
    [InlineData("target deregister g 10.0.0.1@a", "a zone says nothing here")]
    [InlineData("nlb list --timeout 0", "--timeout must be a whole number from 1 to 86400, not '0'.")]
    [InlineData("nlb list -o xml", "--output must be table, wide, json, yaml, name or columns=NAME,…, not 'xml'.")]
    [InlineData("nlb list --endpoint ftp://x", "must look like https://HOST:PORT")]
    [InlineData("nlb list --endpoint localhost:8080", "must look like https://HOST:PORT")]
    [InlineData("nlb list --endpoint http://u:p@localhost", "must not contain a user or password")]
    [InlineData("nlb list --endpoint http://localhost/?a", "must not contain '?' or '#'")]
    public async Task A_wrong_command_line_sends_nothing_and_points_to_help(string line, string message)
    {
        await using StubApi api = await StubApi.StartAsync();

        ShellOutcome outcome = await new Shell(api).RunAsync(line);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal("", outcome.Output);
        Assert.StartsWith("error: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Matches(@"\nhint: lbctl [a-z -]*--help\n$", outcome.Error);
        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task Without_address_or_key_the_variable_to_set_is_named()
    {
        ShellOutcome noEndpoint = await new Shell().RunAsync("nlb list");
        ShellOutcome noKey = await new Shell().With("HYPERPLANE_KEY", null)
            .With("HYPERPLANE_ENDPOINT", "http://127.0.0.1:1").RunAsync("nlb list");

        Assert.Equal((2, 2), (noEndpoint.ExitCode, noKey.ExitCode));
        Assert.Contains("set HYPERPLANE_ENDPOINT", noEndpoint.Error, StringComparison.Ordinal);
        Assert.Contains("set HYPERPLANE_KEY", noKey.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_connection_says_what_to_check()
    {
        string endpoint = $"http://127.0.0.1:{ClosedPort()}";

        ShellOutcome read = await new Shell().RunAsync($"nlb list --endpoint {endpoint}");
        ShellOutcome write = await new Shell().RunAsync($"tenant create x --endpoint {endpoint}");

        foreach (ShellOutcome outcome in new[] { read, write })
        {
            Assert.Equal(1, outcome.ExitCode);
            Assert.Equal("", outcome.Output);
            Assert.Contains($"error: the API at {endpoint}/ cannot be reached: Connection refused\n", outcome.Error,
                StringComparison.Ordinal);
            Assert.Contains("check HYPERPLANE_ENDPOINT", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_api_that_does_not_answer_is_a_timeout()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", StubAnswer.Silence);

        ShellOutcome outcome = await new Shell(api) { Time = api.Deadline }.RunAsync("nlb list --timeout 1");

        Assert.Equal(5, outcome.ExitCode);
        Assert.Equal($"error: the API at {api.Endpoint}/ did not answer within 1 s (--timeout)\n", outcome.Error);
    }

    [Theory]
    [InlineData(200, "text/html", "<html>", "200 OK with text/html that is not JSON")]
    [InlineData(200, "application/json", "{\"items\":[", "that is not JSON")]
    [InlineData(200, "application/json", "{\"items\":[{\"id\":\"\\ud800\"}]}", "that is not JSON")]
    [InlineData(200, "application/json", "", "does not understand the API's answer: it is not a list")]
    [InlineData(200, "application/json", "[]", "does not understand the API's answer: it is not a list")]
    [InlineData(200, "application/json", "{\"items\":[null]}", "does not understand the API's answer")]
    [InlineData(200, "application/json", "{\"items\":[{\"id\":7}]}", "does not understand the API's answer")]
    [InlineData(200, "application/json", "{\"items\":[{\"id\":\"x\",\"name\":\"y\"}]}", "'status'")]
    [InlineData(301, null, "", "301 MovedPermanently without saying why")]
    [InlineData(404, "text/html", "<html>", "404 NotFound without saying why")]
    [InlineData(500, "application/problem+json", "{\"errors\":3}", "500 InternalServerError without saying why")]
    [InlineData(500, "application/problem+json", "null", "500 InternalServerError without saying why")]
    public async Task An_answer_that_is_none_of_the_apis_is_an_error(
        int status, string? type, string body, string message)
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/load-balancers", new StubAnswer(status, Encoding.UTF8.GetBytes(body), type));

        ShellOutcome outcome = await new Shell(api).RunAsync("nlb list");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("", outcome.Output);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("request: GET http://127.0.0.1", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("request id: req-1", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_without_end_is_given_up()
    {
        await using StubApi api = await StubApi.StartAsync();
        byte[] huge = new byte[BodyReader.MaxBytes + 1];
        huge.AsSpan().Fill((byte)' ');
        api.On("GET /v1/load-balancers", new StubAnswer(200, huge))
            .On("POST /v1/tenants",
                new StubAnswer(201, huge, "application/json", ("Content-Length", $"{huge.Length}")));

        foreach (string line in new[] { "nlb list", "tenant create x" })
        {
            ShellOutcome outcome = await new Shell(api).RunAsync(line);
            Assert.Equal(1, outcome.ExitCode);
            Assert.Contains("with more than 16 MiB", outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Any_bytes_for_an_answer_end_in_an_error_and_never_in_a_crash()
    {
        await using StubApi api = await StubApi.StartAsync();
        const int Seeds = 400;
        api.On("GET /v1/load-balancers", [.. Enumerable.Range(0, Seeds).Select(seed => new StubAnswer(
            seed % 5 == 0 ? 500 : 200, Damaged(seed)))]);

        for (int seed = 0; seed < Seeds; seed++)
        {
            ShellOutcome outcome = await new Shell(api).RunAsync($"nlb list -o {(seed % 2 == 0 ? "table" : "yaml")}");

            Assert.True(outcome.ExitCode is 0 or 1, $"seed {seed}: exit {outcome.ExitCode}");
            bool told = outcome.Error.StartsWith("error: ", StringComparison.Ordinal);
            Assert.True(outcome.ExitCode == 0 || told, $"seed {seed}");
        }

        Assert.Equal(Seeds, api.Requests.Count);
    }

    private static byte[] Damaged(int seed)
    {
        var random = new Random(seed);
        byte[] body = [.. StubAnswer.List(Sample.LoadBalancer()).Body];
        for (int change = random.Next(1, 6); change > 0; change--)
            body[random.Next(body.Length)] = (byte)random.Next(256);
        if (seed % 3 == 0)
            random.NextBytes(body);
        return body[..(seed % 2 == 0 ? body.Length : random.Next(body.Length))];
    }

    private static int ClosedPort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
