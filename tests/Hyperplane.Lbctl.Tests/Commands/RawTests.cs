using Hyperplane.Lbctl.Tests.Stub;

namespace Hyperplane.Lbctl.Tests.Commands;

/// <summary><c>lbctl api</c>.</summary>
public class RawTests
{
    [Fact]
    public async Task A_read_prints_the_answer_as_it_is_and_is_tried_again()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/zones?pageSize=1", StubAnswer.Empty(503), StubAnswer.Json(200, """{"a":[1.50]}"""));

        ShellOutcome outcome = await new Shell(api).RunAsync("api get /v1/zones?pageSize=1");

        Assert.Equal((0, "{\n  \"a\": [\n    1.50\n  ]\n}\n"), (outcome.ExitCode, outcome.Output));
        Assert.Equal(2, api.Requests.Count);
        Assert.Equal($"Bearer {Shell.Key}", api.Requests[^1].Authorization);
    }

    [Theory]
    [InlineData("api GET /v1/x --query a[]", "1.50\n")]
    [InlineData("api GET /v1/x -o yaml", "a:\n  - 1.50\nname: x\n")]
    [InlineData("api GET /v1/x -o columns=name", "NAME\nx\n")]
    [InlineData("api GET /v1/x -o name", "x\n")]
    public async Task An_answer_is_printed_as_others_are(string line, string expected)
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/x", StubAnswer.Json(200, """{"a":[1.50],"name":"x"}"""));

        Assert.Equal(expected, (await new Shell(api).RunAsync(line)).Output);
    }

    [Fact]
    public async Task A_body_is_given_in_words_in_a_file_or_on_standard_input()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("POST /v1/x", StubAnswer.Json(201, "{}")).On("DELETE /v1/x", StubAnswer.Empty(204));
        const string Body = """{"name": "web"}""";
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, Body, TestContext.Current.CancellationToken);
            await new Shell(api).RunWordsAsync("api", "POST", "/v1/x", "--body", Body);
            await new Shell(api).RunWordsAsync("api", "POST", "/v1/x", "--body", "@" + file);
            await new Shell(api) { Input = Body }.RunWordsAsync("api", "POST", "/v1/x", "--body", "-");
        }
        finally
        {
            File.Delete(file);
        }

        ShellOutcome gone = await new Shell(api).RunAsync("api DELETE /v1/x");

        Assert.Equal((0, ""), (gone.ExitCode, gone.All));
        Assert.All(api.Requests.Take(3), request => Assert.Equal(
            ("POST /v1/x", "application/json", Body), (request.Line, request.ContentType, request.Body)));
        Assert.Equal(4, api.Requests.Count);
    }

    [Theory]
    [InlineData(404, "not_found", 3)]
    [InlineData(409, "name_in_use", 4)]
    [InlineData(503, "no_cell", 1)]
    public async Task A_refusal_ends_as_elsewhere_and_is_not_asked_for_again(int status, string code, int exitCode)
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("PATCH /v1/x", StubAnswer.Problem(status, code, "No."));

        ShellOutcome outcome = await new Shell(api).RunAsync("api PATCH /v1/x --body {}");

        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Equal($"error: No. ({code})\n  request id: req-7\n", outcome.Error);
        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task What_is_no_JSON_is_printed_as_text()
    {
        await using StubApi api = await StubApi.StartAsync();
        api.On("GET /v1/metrics", new StubAnswer(200, "up 1\n"u8.ToArray(), "text/plain"));

        Assert.Equal("up 1\n", (await new Shell(api).RunAsync("api GET /v1/metrics")).Output);
    }

    [Theory]
    [InlineData("api HEAD /v1/x", "The method must be GET, POST, PUT, PATCH, DELETE, not 'HEAD'.")]
    [InlineData("api GET v1/x", "'v1/x' is no path of the API")]
    [InlineData("api GET //evil.example/x", "is no path of the API")]
    [InlineData("api GET https://evil.example/x", "is no path of the API")]
    [InlineData("api GET /v1/%2e%2E/x", "is no path of the API")]
    [InlineData("api GET /\\evil.example", "is no path of the API")]
    [InlineData("api GET /v1/é", "must be escaped (%20)")]
    [InlineData("api GET /v1/x --body {}", "a GET has no body")]
    [InlineData("api POST /v1/x --body {\"a\":}", "--body is no JSON: line 1, byte 6 is wrong")]
    [InlineData("api POST /v1/x --body @/nowhere/x", "'/nowhere/x' cannot be read")]
    public async Task What_cannot_be_is_refused_and_nothing_is_sent(string line, string error)
    {
        await using StubApi api = await StubApi.StartAsync();

        ShellOutcome outcome = await new Shell(api).RunAsync(line);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(error, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(api.Requests);
    }
}
