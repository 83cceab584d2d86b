using System.Text.Json.Nodes;
using Nexus.Secrets;
using static Nexus.Tests.Secrets.SecretKit;

namespace Nexus.Tests.Secrets.Corpus;

/// <summary>Each rule that leaves something readable, and the nearest credential, which it must not.</summary>
public sealed class CounterCasesTests
{
    private readonly DocumentSealer _documents = new(NewSealer());

    public static TheoryData<string> Readable =>
    [
        """{"gmx":{"referral_code":"0xa8f02d61cb6166c58879645076920e0e133d5a5b1cdf12e2f3adaedd80a9b6a0"}}""",
        """{"logging":{"ccxt.auth":"WARNING","telegram.token":"ERROR"}}""",
        """{"what is a private key?":"A number that controls your coins","how do I reset my password?":"Use the link on the login page"}""",
        """{"llm":{"max_tokens":1826,"completion_tokens":537,"tokenizer":"cl100k_base","stop_token":"<|end|>"}}""",
        """{"tags":"gold silver oil market trade price volume orders risk reward levels signals"}""",
        """{"de":{"password":"Passwort","api_key":"API-Schlüssel","token":"Token","pin":"PIN eingeben","left":"Noch 3 Versuche"}}""",
        """{"fr":{"password":"Mot de passe","secret":"Secret","attempts":"Il vous reste 3 essais","login":"Se connecter"}}""",
        """{"zh":{"password":"密码","private_key":"私钥","tip":"请输入6位数字密码"}}""",
        """{"ja":{"password":"パスワード","secret":"秘密鍵","hint":"8文字以上のパスワードを入力"}}""",
        """{"vi":{"password":"Mật khẩu","secret":"Khóa bí mật","code":"Mã thông báo"}}""",
        """{"versions":{"keyring":"24.2.0","passlib":"1.7.4"},"dependencies":{"keyring":"^24.2.0"}}""",
        """{"hotkeys":{"buyKey":"B","sellKey":"S","panicKey":"Ctrl+Shift+X"},"ui":{"toggle_key":"F9"}}""",
        """{"raspberry":{"led_pin":21,"buzzer_pin":21,"pins":[6,5,12]}}""",
        """{"clave_de_orden":"fecha","chave_de_ordenacao":"lucro","cle_de_tri":"date","ключ_сортировки":"дата","排序键":"日期"}""",
        """{"sıralama_anahtarı":"tarih","klucz_sortowania":"data","sortierschlüssel":"datum","chiave_di_ordinamento":"data"}""",
        """{"instrument_token":4571367,"exchange_token":15314}""",
        """{"tracked":["TmQtnHS7fnAdDptzc4zjRp3MbMKm1vB8uo"]}""",
        """{"page":"https://www.example.com/faq/how-to-reset-password-3528cd3d64cec115cd4aad110e69b2dd"}""",
        """{"motd":["Segredo: disciplina","El secreto: constancia"]}""",
        """{"tls":{"ca_cert":"-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUVq3\n-----END CERTIFICATE-----"}}""",
        """{"image":"bot@sha256:0839b3f24b8107ff87c814186bd0d24d11cb84a6402fcda06f471ede6a5b0c8c"}""",
        """{"last":"slow: trace_id=4bf92f3577b34da6a3ce929d0e0e4736"}""",
        """{"kms":{"key_id":"arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"}}""",
        """{"upbit":{"uuid":"43660475-ffa4-4a9c-b5e2-da3668794e0f","side":"bid"}}""",
        """{"risk":{"passes":3,"seed":552,"stop_tokens":["###","END"]}}""",
        $$$"""{"permit":{"signature":"0x{{{string.Concat(Enumerable.Repeat("7ac4e19b2f", 13))}}}"}}""",
        """{"headers":{"key":"OK-ACCESS-KEY","passphrase":"OK-ACCESS-PASSPHRASE","token":"X-Api-Token"}}""",
        """{"notes":["La clave del éxito: paciencia","token burn on 2025-10-23"]}""",
        """{"nome_do_robo":"Robo trader77","id_chat":"976969370","tipo_de_ordem":"limite_2"}""",
        """{"pool":{"token0":"0xeb17327763ad02f3a4483ce3776ee0fc55a079fb","token":"EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v","fee":500}}""",
        """{"tls":{"cert":"/etc/tls/bot.crt","key":"/etc/tls/bot.key"},"bots":[{"code":"KLB2","phrase":"buy the dip"}]}""",
        """{"cursor":"tuNV7SasApRAshLADw83wxapUIMkcBk0","合约地址":"eeb509078b45f7b93e20d92c411e3ac2d980eeab8e9709f0601289d50f45d9a5"}""",
        """{"release":"bot@7fc10d0f9061bfd7105da2c888018a460eaf5d6e","artifact_uri":"mlruns/0/4972101886bd2e9cc95fefae57ba8879/artifacts"}""",
        """{"deploy":{"ami":"ami-05b6e3130a0bc19f7","last_signal_id":"tuNV7SasApRAshLADw83wxapUIMkcBk0"}}""",
        """{"ssh_host_key":"SHA256:AHWeV0XparbcuKTsg7CUBNWZY3H3eCoIJocmLFvLqtI"}""",
        """{"keystore":"~/.ethereum/keystore/main.json","collateral":{"token":"wstETH"},"signature":"MACD(12,26,9)"}""",
        """{"donations":{"XMR":"4A7LNQ7zJy57m2XR9iuefCJ14SiHWregVMkZw56Q9Y9vanfgZw7BfkbPhe6X93LGERizZSkJzsekcKUadK3MQgmd8g5fVT1"}}""",
        """{"donations":{"ALGO":"BWCJO3TEN6GTWYQ6VRW7HUU4AC3GQK76KSHCMTLLW2U6DGH47WATOVADRY"},"kraken_ledger":"LM9KA6-544RV-Z5X4GF"}""",
        """{"accountKeys":["C3e2U1aEkfSJn7NnBpVXsP4gf96MQkripfX44ddcY9Bd","11111111111111111111111111111111"]}""",
        """{"price_feeds":{"BTC/USD":"0xe1bad00280416e28333d42156c9ac8e5a0f2931a6220034fe09dd9a2e38a58f1"},"redis":{"stream_key":"signals"}}""",
        """{"pubkey":{"type":"secp256k1","key":"3bpZeXE02swGFYsgvkNLnBetXKFKMPaKIN2GCZQuszfk"},"checksum/secret":"6da58f821df9c5e2"}""",
        """{"avatar":"a_737134a43cd3d2f14759d761b7a15286","kafka":{"key_serializer":"string"},"eos_token":"<|endoftext|>","pin":"top-left"}""",
        """{"limits":{"binance":{"key":"X-MBX-USED-WEIGHT-1M"}},"hd":{"key":"m/44'/60'/0'/0/0"},"secret":"^[A-Za-z0-9]{64}$"}""",
        """{"input_keys":["x_price","x_flow"],"default_key":"entry_long","mask_keys":["api_key","secret","token"]}""",
        """{"docker":{"secretsMounted":["binance_key","tg_token"]},"k8s":{"imagePullSecrets":["ghcr"],"pod":"executor-7d9f8b6c5-x2x9z"}}""",
        """{"version":"262355af433f8ea5de3316c02779782ea0cf70c9cdb8398c89e9f237ee24521e","consumer_tag":"ctag1.4603531258460493280bff217a983af8"}""",
        """{"mlflow_run":"d9e0078c3407781a1031be9b93c7f61f","spreadsheet":"1zmlU26PPysxQeKp-DSQPm5AmXJ0uXYjvM_3nuDbTrDH"}""",
        """{"llaves_primarias":["id","chat"],"clés_étrangères":["chat","robot"],"segredo_revelado":"não"}""",
        """{"chart":"https://jup.ag/swap?buy=EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v&sell=0xeb17327763ad02f3a4483ce3776ee0fc55a079fb"}""",
        """{"page":"https://tronscan.org/#/transaction/0839b3f24b8107ff87c814186bd0d24d11cb84a6402fcda06f471ede6a5b0c8c"}""",
        """{"page":"https://chain.example.com/#!/tx/0839b3f24b8107ff87c814186bd0d24d11cb84a6402fcda06f471ede6a5b0c8c?lang=es"}""",
        """{"weights":{"PASS":0.05,"PIN":0.1,"SECRET":0.33,"ETH":0.52}}""",
        """{"clave_de_estrategia":"TENDENCIA","clef_de_tri":"volume","klucz_strategii":"trend","strategie_schluessel":"trend"}""",
        """{"token_refresh":"daily","key_encryption":"strict","2fa":"sms","two_factor":"authenticator","segundo_factor":"app"}""",
        """{"symboltoken":43254,"scrip_token":"1333","contract_token":"26009"}""",
        """{"okx":{"instrument":"BTC-USD-240628-60000-C","hedge":"BTC-27DEC26-100000-P","occ":"AAPL240621C00150000"},"暗号資産":["ビットコイン"]}""",
        """{"variables":[{"clave":"MODO","valor":"demo"},{"clave":"PAR","valor":"BTCUSDT"}],"암호화폐":["비트코인"],"log_key":"arb.opportunity"}""",
        """{"volumes":["./data:/data","/run/secrets:/run/secrets:ro"],"db_password":"/run/secrets/db_password","pwd":"/var/lib/bot"}""",
        """{"parola_chiave":"halving","palabra_clave":"etf","jours_clés":["lundi"],"トークン":"SOL","토큰":"ETH","secrets":["exchange_key"]}""",
        """{"docker":{"container":"1f00f3775983617df98f5c06134e6279ced9ef27006e52796e87dabd9e67abc3"},"embedding_key":"title"}""",
        """{"order":{"id":"ae70203a-37cc-45d9-b648-11fbb17e5e3d","flow":"limit","encryption":"tls"}}""",
        """{"cardano":{"policy":"2fd99b287419308a34807efc7e1e7aa8995a01f6e3d1ff3f50ae9375"},"affiliate_code":"bot42"}""",
    ];

    /// <summary>A document and the places of its secrets; all others stay readable.</summary>
    public static TheoryData<string, string[]> Sealed => new()
    {
        { """{"kite":{"api_secret":"x","tradingsymbol":"NIFTY24DEC24500CE","b":"BANKNIFTY2461248000PE","next":"NIFTY24DECFUT"}}""",
            ["/kite/api_secret"] },
        { """{"kite":{"api_secret":"x","note":"NIFTY24DEX24500CE77q"}}""", ["/kite/api_secret", "/kite/note"] },
        { """{"upstox":{"api_secret":"x","instrument_key":"NSE_FO|43919","symbol":"NSE_EQ|INE002A01018"}}""", ["/upstox/api_secret"] },
        { """{"upstox":{"api_secret":"x","instrument_key":"x7KqP2|mZ41tR9v"}}""", ["/upstox/api_secret", "/upstox/instrument_key"] },
        { """{"broker":{"api_secret":"x","figi":["BBG004730N88"],"isin":"US0378331005","cusip":"037833100","acct":"VA88120447"}}""",
            ["/broker/api_secret"] },
        { """{"line":{"channel_secret":"x","to":"U4af4980629c1d2b3a4f5e6d7c8b9a0f1"}}""", ["/line/channel_secret"] },
        { """{"line":{"channel_secret":"x","to":"U4AF4980629C1D2B3A4F5E6D7C8B9A0F1"}}""", ["/line/channel_secret", "/line/to"] },
        { """{"vk":{"api_token":"x","peer":2000000012},"osmosis":{"mnemonic":"x","gas":"0.025uosmo"}}""",
            ["/vk/api_token", "/osmosis/mnemonic"] },
        { """{"x":{"bearer":"x","track":["$BTC","#solana"]}}""", ["/x/bearer"] },
        { """{"x":{"bearer":"x","track":["$BTC","#s0lana77"]}}""", ["/x/bearer", "/x/track"] },
        { """{"azure":{"api_key":"x","deployment":"gpt4o-eu"},"bitmex":{"secret":"x","execInst":"ParticipateDoNotInitiate"}}""",
            ["/azure/api_key", "/bitmex/secret"] },
        { """{"ssh":{"passphrase":"x","pub":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtq0vbC4Lk8n1Yx2mQe7dPzR5sTuVwXyZaBcDeFgHiJ bot@host"}}""",
            ["/ssh/passphrase"] },
        { """{"what is the wallet password?":"hunter2","which password?":"correct horse battery staple lamp"}""",
            ["/what is the wallet password?", "/which password?"] },
        { """{"params":[{"key":"token","value":"btc1234x"},{"key":"password","value":"WARNING"}]}""", ["/params/0/value", "/params/1/value"] },
        { """{"bitmex":{"id":"BY7dyvQhXJXVVgTBHIZ7bEMT","sec":"Vy9cZqGIyKscfPXGfZUeB9rl3disnfl03TeAbnjx3cSPr"}}""",
            ["/bitmex/id", "/bitmex/sec"] },
        { """{"de":{"password":"Sommer2019!","pin":"PIN eingeben"}}""", ["/de/password"] },
        { """{"id":"ae70203a-37cc-45d9-b648-11fbb17e5e3d","privateKey":"x"}""", ["/id", "/privateKey"] },
        { """{"id":"ae70203a-37cc-45d9-b648-11fbb17e5e3d","secret":"x","mode":"live","symbol":"BTCUSDT"}""", ["/secret"] },
        { """{"deribit":{"id":"0sGMuVCU","secret":"x"},"bitfinex":{"id":"bfx-main","secret":"x"}}""",
            ["/deribit/id", "/deribit/secret", "/bitfinex/secret"] },
        { """{"chiave_api":"x","chiave_segreta":"y","parola_chiave":"tramonto4471"}""", ["/chiave_api", "/chiave_segreta", "/parola_chiave"] },
        { """{"chiave_segreta":"y","parola_chiave":"halving","parole_chiave":["etf2024"]}""", ["/chiave_segreta"] },
        { """{"notification_api_keys":[{"name":"desk","driver":"slack","webhook":"https://hooks.slack.com/services/T/B/k3x9pqQ7LwZ2k3x9pqQ7"}]}""",
            ["/notification_api_keys/0/webhook"] },
        { """{"api_keys":[{"name":"desk","driver":"slack","webhook":"hunter2"}]}""",
            ["/api_keys/0/name", "/api_keys/0/driver", "/api_keys/0/webhook"] },
        { """{"r2":{"account":"3ad2db242002b35bf410fc93a102fb40","access_key":"x","secret":"y"}}""", ["/r2/access_key", "/r2/secret"] },
        { """{"okx":{"account":"3ad2db242002b35bf410fc93a102fb40","secret":"y"}}""", ["/okx/account", "/okx/secret"] },
        { """{"replicate":{"token":"x","version":"1f00f3775983617df98f5c06134e6279ced9ef27006e52796e87dabd9e67abc3"}}""", ["/replicate/token"] },
        { """{"secrets":{"version":"1f00f3775983617df98f5c06134e6279ced9ef27006e52796e87dabd9e67abc3"}}""", ["/secrets/version"] },
        { """{"飞书":{"app_secret":"x","群":"oc_0f389187b8cc"},"CTP":{"密码":"x","授权编码":"Zk29dk"}}""",
            ["/飞书/app_secret", "/CTP/密码", "/CTP/授权编码"] },
        { """{"LINE":{"アクセストークン":"abc","有効":true},"봇토큰":"abc"}""", ["/LINE/アクセストークン", "/봇토큰"] },
        { """{"users":[{"id":"ae70203a-37cc-45d9-b648-11fbb17e5e3d","alterId":0}]}""", ["/users/0/id"] },
        { """{"clients":[{"id":"e64ca83a-37cc-45d9-b648-11fbb17e5e3d","flow":"xtls-rprx-vision"}]}""", ["/clients/0/id"] },
        { """{"command":"redis-server --requirepass q7LwZ2k3x9 --appendonly yes"}""", ["/command"] },
        { """{"withdraw":{"fund_password":"x","whitelist":["0x71dfa3a7470c0119adc9dc0107cce5c5d8666de4"]}}""", ["/withdraw/fund_password"] },
        { """{"passwords":["api_key"],"secrets":["Sommer2019!"]}""", ["/secrets"] },
        { """{"exchange":"okx","key":"3f1c9a52-7d84","secret":"s","frase_de_paso":"LunaLlena9","zona":"a/b","nota":"hola"}""",
            ["/key", "/secret", "/frase_de_paso"] },
        { """{"telegram":{"api_id":12345,"two_step":"hunter2","zwei_faktor":"luna77","两步验证":"a1"}}""",
            ["/telegram/two_step", "/telegram/zwei_faktor", "/telegram/两步验证"] },
        { """{"ib":{"password":"p","SecondFactorDevice":"IB Key","second_factor":"luna77"}}""", ["/ib/password", "/ib/second_factor"] },
        { """{"a":"https://app.example.com/#/reset?token=k3x9pqQ7Lw","b":"https://app.example.com/#access_token=k3x9pqQ7Lw"}""", ["/a", "/b"] },
        { """{"clave_de_red":"girasol","clave_de_usuario":"luna"}""", ["/clave_de_red", "/clave_de_usuario"] },
        { """{"password":447.10,"pin":123456.7,"PASS":4471}""", ["/password", "/pin", "/PASS"] },
        { """{"okx":{"secret":"s","token_refresh":"k3x9pq"},"key_encryption":"k3x9pqQ7LwZ2"}""",
            ["/okx/secret", "/okx/token_refresh", "/key_encryption"] },
        { """{"headers":{"Authorization":"Bearer x","If-None-Match":"W/\"9f07fe66f45695df001e0e6fcaed9386\"","CF-Ray":"9f07fe66f45695df-FRA"}}""",
            ["/headers/Authorization"] },
        { """{"stripe":{"secret":"sk1","publishable_key":"pk_live_Zk29dkKs93kdLs8Qw","public":"pk_test_Zk29dkKs93kdLs8Qw"}}""", ["/stripe/secret"] },
        { """{"limits":{"okx":{"key":"X-Kp7Rw2Zq9Lm4Tb8","secret":"x"}}}""", ["/limits/okx/key", "/limits/okx/secret"] },
        { """{"secret":"^Sommer2019$"}""", ["/secret"] },
        { """{"input_key":"tuNV7SasApRA"}""", ["/input_key"] },
        { """{"default_key":"correct-horse-staple"}""", ["/default_key"] },
        { """{"okx":{"default_key":"entry_long","secret":"x"}}""", ["/okx/default_key", "/okx/secret"] },
        { """{"master_key":"entry_long","binance_keys":["x_price","x_flow"]}""", ["/master_key", "/binance_keys"] },
        { """{"passwords":["api_key","Sommer2019!"]}""", ["/passwords/1"] },
        { """{"bitmex":{"id":"MDH9nsA_jjUQoJTFSXJR6nLe","secret":"x","symbol":"XBTUSD"}}""", ["/bitmex/id", "/bitmex/secret"] },
        { """{"hook":{"id":"we_1MqbKz9xT4vW7yR2","secret":"x"}}""", ["/hook/secret"] },
        { """{"vpn":{"remote":"nl1.example.com 1194","password":"x9k2","pin":"nl1.example.com-482913"}}""", ["/vpn/password", "/vpn/pin"] },
        { $$$"""{"aptos":{"account":"0x{{{new string('a', 32)}}}{{{new string('7', 32)}}}","privateKey":"x"}}""", ["/aptos/privateKey"] },
        { $$$"""{"aptos":{"account":"0x{{{new string('a', 32)}}}{{{new string('7', 32)}}}"}}""", ["/aptos/account"] },
        { """{"clear":{"senha":"x9k2","assinatura":"942499"}}""", ["/clear/senha", "/clear/assinatura"] },
        { """{"de":{"password":"sonnenblume","user":"ana"}}""", ["/de/password"] },
        { """{"es":{"password":"girasol","exchange":"okx"}}""", ["/es/password"] },
        { """{"fr":{"password":"Mot de passe","secret":"Bello Hund"}}""", ["/fr/secret"] },
        { """{"zh":{"密码":"密码123456","账号":"ana"}}""", ["/zh/密码"] },
        { """{"translations":{"api_secret":"Zk29dkKs93kdLs"}}""", ["/translations/api_secret"] },
        { """{"versions":{"password":"hunter2"},"keyring":"24.2.0x!"}""", ["/versions/password", "/keyring"] },
        { """{"hotkeys":{"api_secret":"B","bybit_key":"sdf8s7df"}}""", ["/hotkeys/api_secret", "/hotkeys/bybit_key"] },
        { """{"keystore":"Verano2019/","credentials":"x/y"}""", ["/keystore", "/credentials"] },
        { """{"keystore":"/lunes!/verano","credentials":"/luna<sol>/a"}""", ["/keystore", "/credentials"] },
        { """{"account_keys":["C3e2U1aEkfSJn7NnBpVXsP4gf96MQkripfX44ddcY9Bd","x8Kq2vWz91LmNpR4"]}""", ["/account_keys"] },
        { """{"stream_key":"live_9182736455_q8Zr0a1Vb7LmXc2Nd9Kf4Gh6","pin":"topleft7"}""", ["/stream_key", "/pin"] },
        { """{"pubkey":"x","key":{"secret":"3bpZeXE02swGFYsgvkNLnBetXKFKMPaKIN2GCZQuszfk"}}""", ["/key/secret"] },
        { """{"users":["ana@example.com:kraken60$","luis@example.com|Dragon_PXoJZ.197"]}""", ["/users/0", "/users/1"] },
        { """{"pin_retiro":804360,"simplepush":{"key":"L7yGJp","event":"trades"}}""", ["/pin_retiro", "/simplepush/key"] },
        { """{"pins":[4471,8823]}""", ["/pins"] },
        { """{"pin":[4,4,7,1]}""", ["/pin"] },
        { """{"clave":"girasol","clave_de_acceso":"luna","cle_de_chiffrement":"abc"}""", ["/clave", "/clave_de_acceso", "/cle_de_chiffrement"] },
        { """{"access_token":"123456789","exchange_token":"kjs8d7f6s8d7f68s7df"}""", ["/access_token", "/exchange_token"] },
        { """{"hook":"https://hooks.example.com/how-to-win-3528cd3d64cec115cd4aad110e69b2dd"}""", ["/hook"] },
        { """{"u":"https://x.example.com/bot-key-3528cd3d64cec115cd4aad110e69b2dd"}""", ["/u"] },
        { """{"a":"Clave: girasol","b":"Password: disciplina","c":"API Secret: disciplina","d":"Secret: hunter2"}""", ["/a", "/b", "/c", "/d"] },
        { """{"tls":{"cert":"-----BEGIN CERTIFICATE-----\nM\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nM\n-----"}}""", ["/tls/cert"] },
        { """{"proxy":{"link":"https://x.example.com","uuid":"43660475-ffa4-4a9c-b5e2-da3668794e0f"}}""", ["/proxy/uuid"] },
        { """{"vps":{"ip":"192.0.2.7","vnc":"hunter2x","teamviewer":"k3x9pq"}}""", ["/vps/vnc", "/vps/teamviewer"] },
        { """{"jwt":{"issuer":"https://bot.example.com","audience":"ui","key":"9f07fe66f45695df","expires_minutes":60}}""", ["/jwt/key"] },
        { """{"password":{"issuer":"luna","key":"x"}}""", ["/password/issuer", "/password/key"] },
        { """{"okx":{"secret":"s","blacklist":["BNB/.*","*UP/USDT"],"a":"Zk29*kd/Lw"}}""", ["/okx/secret", "/okx/a"] },
        { """{"ib":{"account":"DU1745607","password":"p","oanda_account":"101-004-1234567-001","x":"DU17x45607"}}""", ["/ib/password", "/ib/x"] },
        { """{"mt5":{"server":"Exness-MT5Real8","password":"p","x":"Exness-Mt5Xk8q9"}}""", ["/mt5/password", "/mt5/x"] },
        { """{"bot":{"password":"p","model":"models/ema20.pkl","engine":"FIX44.xml","x":"hunter2x"}}""", ["/bot/password", "/bot/x"] },
        { """{"bot":{"password":"p","robot":"ema_cross_7","limit":1000000,"a":"ema-cross-7x","b":1234567}}""",
            ["/bot/password", "/bot/a", "/bot/b"] },
        { """{"apprise":["mailto://ana:girasol77@example.com","mailto:ana@example.com"]}""", ["/apprise/0"] },
        { """{"alive":"https://hc-ping.com/43660475-ffa4-4a9c-b5e2-da3668794e0f"}""", ["/alive"] },
        { """{"relay":{"url":"http://ewr1.nozomi.temporal.xyz","uuid":"43660475-ffa4-4a9c-b5e2-da3668794e0f"}}""", ["/relay/uuid"] },
        { """{"tradovate_sec":"43660475-ffa4-4a9c-b5e2-da3668794e0f","tradovate_timeout_sec":30}""", ["/tradovate_sec"] },
        { """{"telegram":{"token":"t0k3n","password":"p","admin_ids":[845939294,1573294367]}}""", ["/telegram/token", "/telegram/password"] },
        { """{"smtp":{"user":"ana_maria","password":"p","from":"ana@example.com"}}""", ["/smtp/password"] },
        { """{"mt5":{"account_number":5720385,"uid":"341753","password":"pw12"}}""", ["/mt5/password"] },
        { """{"matrix":{"user":"@celine:matrix.org","password":"p"}}""", ["/matrix/password"] },
        { """{"mail":{"user":"ana:girasol77","password":"p"}}""", ["/mail/user", "/mail/password"] },
        { """{"deribit":{"client_id":"e6Pm0aIE","client_secret":"abc"}}""", ["/deribit/client_id", "/deribit/client_secret"] },
        { """{"g":{"k":"9f07fe66f45695df001e0e6fcaed9386","s":"be80662a43318a8abca4afbd7650393726adcc97","pp":"object-animal-fruit"}}""",
            ["/g/k", "/g/s", "/g/pp"] },
        { """{"ex":{"name":"poloniex","key":"5LBIRM95-FDF2TX7R-15LITFTQ-B8GB1ZV6","secret":"s3cr"}}""", ["/ex/key", "/ex/secret"] },
        { """{"ws_token":"x1","candle":{"o":64000.1,"v":12.5,"t":1735689612345,"p":1735689612}}""", ["/ws_token", "/candle/p"] },
        { """{"okx":{"secret":"s3cr","seen":1735689612345,"x":2735689612345,"phone":"+34600111222","regex":"(?i)\\b(buy|long)\\s+(\\w+)"}}""",
            ["/okx/secret", "/okx/x"] },
        { """{"discord":{"client_id":"112233445566778899","client_secret":"s3cr","tag":"orb15","channel":"@trader77_support"}}""",
            ["/discord/client_secret"] },
        { """{"swap":{"private_key":"pk1","token":"0xeb17327763ad02f3a4483ce3776ee0fc55a079fb","token_x":"9f07fe66f45695df"}}""",
            ["/swap/private_key", "/swap/token_x"] },
        { """{"tls":{"key":"/k9Zq3x7Lw","cert":"/etc/tls/bot.crt"}}""", ["/tls/key"] },
        { """{"mt4":{"server":"Demo02","password":"pw12","investor":"Verano88"}}""", ["/mt4/password", "/mt4/investor"] },
        { """{"pagerduty_routing_key":"18ae609e5060c3390ad40382472f0cfb","amqp":{"routing_key":"orders.btc.new"}}""", ["/pagerduty_routing_key"] },
        { """{"openai":{"clave":"s3cr","modelo":"gpt-4o-mini","ult_orden":"2751076698021899540"}}""", ["/openai/clave"] },
        { """{"deploy_key":"x7Kq9","url":"bot:pw@7fc10d0f9061bfd7105da2c888018a460eaf5d6e","uri":"s/Zk29dkKs93kdLsQ8vWm2xY7bN4cR6tG1/x"}""",
            ["/deploy_key", "/url", "/uri"] },
        { """{"zap":"https://hooks.zapier.com/hooks/catch/8189180/ipgpvba/","page":"https://example.com/catch/8189180/trading/"}""", ["/zap"] },
        { """{"deribit":{"secret":"x","instrument":"x7Kq9v240628"}}""", ["/deribit/secret", "/deribit/instrument"] },
        { """{"variables":[{"clave":"API_SECRET","valor":"girasol"},{"clave":"girasol","usuario":"ana"}]}""",
            ["/variables/0/valor", "/variables/1/clave"] },
        { """{"password":"/girasol","secret":"/run/x7Kq9vB2mZ"}""", ["/password", "/secret"] },
        { """{"ws":"wss://example.com/?client=f746vmf1tem8ovg:tv6vpm9fkbaanv5","day":"https://example.com/?from=2026-01-02T10:00:00"}""", ["/ws"] },
        { """{"admin":{"hash":"$2b$12$OoRIygjFKkqWDdchCWPyTYRSD55h11WUO0TYc5fr51SMBmBx4pq9X","x":"scrypt:32768:8:1$h7GqLw2Zk9$8f0c"}}""",
            ["/admin/hash", "/admin/x"] },
        { """{"暗号鍵":"ひまわり"}""", ["/暗号鍵"] },
    };

    [Theory]
    [MemberData(nameof(Readable))]
    public void Settings_stay_readable(string json) => Assert.Empty(SealedIn(json));

    [Theory]
    [MemberData(nameof(Sealed))]
    public void The_nearest_credentials_are_sealed_and_nothing_else(string json, string[] pointers) =>
        Assert.Equal(pointers.Order(), SealedIn(json).Order());

    [Theory]
    [InlineData("2FA seed JBSWY3DPEHPK3PXP for kraken")]
    [InlineData("abandon ability able abuot above absent absorb abstrakt absurd abuse access accident")]
    [InlineData("sshpass -p 'bamboo' ssh root@192.0.2.7")]
    [InlineData("passphrase for okx key is bamboo-lemon-earn")]
    [InlineData("Mein Passwort für gateio lautet Sommer88!")]
    [InlineData("senha do servidor istanbul7229 usuario root")]
    [InlineData("mot de passe du serveur Hiver2024!")]
    [InlineData("Kennwort: ordinary-loop-seed-inflict  Benutzer: olga19")]
    [InlineData("пароль: зима Логин: ana")]
    [InlineData("override code word bamboo-lemon-earn-dance (password)")]
    [InlineData("wifi FritzBox key 85257465536074121875")]
    [InlineData("clave de la cuenta: w0rd_15m0hq9")]
    [InlineData("PIN del ledger 482913")]
    [InlineData("vps 192.0.2.7 root Sommer88!")]
    [InlineData("助记词：队 敏 崇 羊 故 杯 咨 审 掉 赴 烯 求")]
    [InlineData("密码：mdQOoUGTzz")]
    [InlineData("账号：ana，口令：mdQO0o4UGT，勿外传")]
    [InlineData("API密钥＝9f07fe66f45695df001e")]
    [InlineData("mi clave de binance es Зима7681")]
    public void Texts_that_name_a_secret(string text) => Assert.True(SecretFields.IsSecretValue(text));

    [Theory]
    [InlineData("password for strategy ema20_cross missing")]
    [InlineData("token for account bob77 expired")]
    [InlineData("password reset for user bob77")]
    [InlineData("login failed (password)")]
    [InlineData("La clave del éxito: paciencia")]
    [InlineData("token burn on 2025-10-23")]
    [InlineData("password reset for user: bob77")]
    [InlineData("hyperopt seed a1b2 done")]
    [InlineData("docker pull bot@sha256:0839b3f24b8107ff87c814186bd0d24d11cb84a6402fcda06f471ede6a5b0c8c")]
    [InlineData("trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span=00f067aa0ba902b7")]
    [InlineData("sshpass -p $PASSWORD ssh bot")]
    [InlineData("密码：至少8位")]
    [InlineData("密码：错误，请重试")]
    [InlineData("地址：0xded3598331b08bd32aba1720cc9546aa1defa2da")]
    [InlineData("交易哈希：0xeeb509078b45f7b93e20d92c411e3ac2d980eeab8e9709f0601289d50f45d9a5")]
    [InlineData("сменил пароль 12мая")]
    [InlineData("passes: 3/5 windows")]
    public void Texts_that_tell_none(string text) => Assert.False(SecretFields.IsSecretValue(text));

    private List<string> SealedIn(string json)
    {
        var accepted = _documents.Accept(Config, Utf8(json), Rules);
        // What is left readable is not plain text in place of a secret.
        Assert.True(JsonNode.DeepEquals(Parsed(Utf8(json)), Parsed(_documents.Open(Config, accepted))));
        return [.. DocumentSealer.SealedValues(accepted).Select(value => value.Pointer)];
    }
}
