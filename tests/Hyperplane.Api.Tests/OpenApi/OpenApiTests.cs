using System.Text.Json;
using Hyperplane.Api.Authentication;
using Hyperplane.Api.Requests;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Hyperplane.Api.Tests.OpenApi;

/// <summary>The OpenAPI document says everything that is there.</summary>
public sealed class OpenApiTests(ApiHostFixture fixture) : IClassFixture<ApiHostFixture>
{
    [Fact]
    public async Task Every_endpoint_under_v1_is_described_and_asks_for_a_key()
    {
        JsonElement paths = (await DocumentAsync()).GetProperty("paths");
        RouteEndpoint[] endpoints =
        [
            .. fixture.Host.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints)
                .OfType<RouteEndpoint>()
                .Where(e => e.RoutePattern.RawText!.StartsWith("/v1", StringComparison.Ordinal)),
        ];
        Assert.NotEmpty(endpoints);
        foreach (RouteEndpoint endpoint in endpoints)
        {
            string path = endpoint.RoutePattern.RawText!;
            string method = endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Single();
            Assert.NotNull(endpoint.Metadata.GetMetadata<AccessRule>());
            Assert.True(
                paths.TryGetProperty(path, out JsonElement described)
                && described.TryGetProperty(method.ToLowerInvariant(), out _),
                $"{method} {path} is not described");
        }
    }

    [Fact]
    public async Task Every_operation_says_what_it_is_and_how_it_refuses()
    {
        foreach (JsonElement operation in Operations(await DocumentAsync()))
        {
            string id = operation.GetProperty("operationId").GetString()!;
            Assert.NotEmpty(operation.GetProperty("summary").GetString()!);
            Assert.NotEmpty(operation.GetProperty("description").GetString()!);
            Assert.Equal(1, operation.GetProperty("tags").GetArrayLength());
            foreach (string status in (string[])["401", "403", "500", "503"])
                Assert.True(operation.GetProperty("responses").TryGetProperty(status, out _), $"{id} lacks {status}");
            if (operation.TryGetProperty("requestBody", out _))
            {
                foreach (string status in (string[])["400", "413", "415"])
                    Assert.True(
                        operation.GetProperty("responses").TryGetProperty(status, out _), $"{id} lacks {status}");
            }
        }
    }

    [Fact]
    public async Task A_schema_of_a_request_is_closed_and_its_required_members_are_never_null()
    {
        JsonElement schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");
        JsonElement listener = schemas.GetProperty("CreateListener");
        Assert.False(listener.GetProperty("additionalProperties").GetBoolean());
        JsonElement port = listener.GetProperty("properties").GetProperty("port");
        Assert.Equal(
            ("integer", 1, 65535),
            (port.GetProperty("type").GetString(), port.GetProperty("minimum").GetInt32(), port.GetProperty("maximum")
                .GetInt32()));
        Assert.False(listener.GetProperty("properties").GetProperty("protocol").TryGetProperty("oneOf", out _));
        Assert.Equal(
            "[\"TCP\",\"UDP\",\"TCP_UDP\"]", schemas.GetProperty("ListenerProtocol").GetProperty("enum").GetRawText()
            .Replace(" ", "").Replace("\n", ""));
        JsonElement zones = schemas.GetProperty("CreateLoadBalancer").GetProperty("properties").GetProperty("zones");
        Assert.Equal(1, zones.GetProperty("minItems").GetInt32());
    }

    [Fact]
    public async Task What_a_change_may_be_answered_is_told_with_the_entity_tag()
    {
        foreach (JsonProperty operation in (await DocumentAsync()).GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject()).Where(one => one.Name != "get"))
        {
            string id = operation.Value.GetProperty("operationId").GetString()!;
            JsonElement answers = operation.Value.GetProperty("responses");
            foreach (string status in (string[])["400", "409", "422"])
                Assert.True(
                    answers.TryGetProperty(status, out JsonElement answer)
                    && answer.GetProperty("content").TryGetProperty("application/problem+json", out _),
                    $"{id} lacks {status}");
            if (answers.TryGetProperty("202", out JsonElement accepted))
                Assert.Equal(
                    accepted.GetProperty("content").GetRawText(),
                    answers.GetProperty("200").GetProperty("content").GetRawText());
        }

        JsonElement paths = (await DocumentAsync()).GetProperty("paths");
        Assert.True(HasTag(paths, "/v1/load-balancers/{loadBalancer}", "patch", "202"));
        Assert.True(HasTag(paths, "/v1/target-groups/{targetGroup}", "get", "200"));
        Assert.False(HasTag(paths, "/v1/load-balancers", "get", "200"));
    }

    [Fact]
    public async Task Requests_are_closed_and_answers_are_open()
    {
        JsonElement schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");
        HashSet<string> requests =
        [
            .. typeof(HyperplaneApi).Assembly.GetTypes()
                .Where(type => typeof(IRequestBody).IsAssignableFrom(type)).Select(type => type.Name),
        ];
        foreach (JsonProperty schema in schemas.EnumerateObject()
            .Where(one => one.Value.TryGetProperty("properties", out _)))
        {
            bool isClosed = schema.Value.TryGetProperty("additionalProperties", out JsonElement more)
                && more.ValueKind == JsonValueKind.False;
            Assert.Equal((schema.Name, requests.Contains(schema.Name)), (schema.Name, isClosed));
        }
    }

    [Fact]
    public void No_two_types_have_one_name_in_the_document()
    {
        string[] names = [.. typeof(HyperplaneApi).Assembly.GetTypes().Select(type => type.Name)];
        Assert.DoesNotContain(
            names, name => name.EndsWith("View", StringComparison.Ordinal) && names.Contains(name[..^4]));
    }

    [Fact]
    public async Task No_word_of_the_code_reaches_the_document()
    {
        string text = (await DocumentAsync()).GetRawText();
        Assert.DoesNotContain("View", text, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Hyperplane.", text, StringComparison.Ordinal);
    }

    private static bool HasTag(JsonElement paths, string path, string method, string status) =>
        paths.GetProperty(path).GetProperty(method).GetProperty("responses").GetProperty(status)
            .GetProperty("headers").TryGetProperty("ETag", out _);

    private static IEnumerable<JsonElement> Operations(JsonElement document) =>
        document.GetProperty("paths").EnumerateObject().SelectMany(p => p.Value.EnumerateObject()).Select(o => o.Value);

    private async Task<JsonElement> DocumentAsync()
    {
        Answer answer = await fixture.Host.SendAsync("GET", "/openapi/v1.json", key: null);
        Assert.Equal(200, answer.Status);
        Assert.StartsWith("3.1", answer.Body.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        return answer.Body;
    }
}
