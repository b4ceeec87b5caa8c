/* The phones of the simulator: a villager's SMS and USSD, the officers', and the clock. Without this script the forms do. */
(function () {
  'use strict';
  var root = document.getElementById('simulator');
  if (!root || !window.fetch) { return; }
  document.documentElement.classList.add('scripted');
  var words = root.dataset;
  var $ = function (sel, from) { return (from || root).querySelector(sel); };
  var all = function (sel, from) { return Array.prototype.slice.call((from || root).querySelectorAll(sel)); };
  var sms = $('#sms'), ussd = $('#ussd'), desk = $('#officer'), said = $('#said'), pick = $('#pick');
  var officers = all('.posts a').map(function (a) { return a.dataset.number; });
  var state = { villager: pick.value, officer: $('.posts [aria-current]').dataset.number, hour: $('#now b').textContent, session: null };
  var logs = {}, seen = {};
  try { logs = JSON.parse(sessionStorage.getItem('logs') || '{}'); seen = JSON.parse(sessionStorage.getItem('seen') || '{}'); } catch (e) { logs = {}; }

  function keep() { try { sessionStorage.setItem('logs', JSON.stringify(logs)); sessionStorage.setItem('seen', JSON.stringify(seen)); } catch (e) { /* full or forbidden: the page goes on */ } }
  function tongue(text) { return /[\u0e80-\u0eff]/.test(text) ? 'lo' : 'en'; }
  function plain(text) { return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\ufffd'); }
  function size(text) {
    var gsm = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-.\/0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà\f^{}\\[~\]|€]*$/.test(text);
    var units = gsm ? text.length + (text.match(/[\f^{}\\[~\]|€]/g) || []).length : text.length;
    var whole = gsm ? 160 : 70, part = gsm ? 153 : 67;
    return { units: units, whole: whole, segments: !units ? 0 : units <= whole ? 1 : Math.ceil(units / part) };
  }
  function tell(text) { said.textContent = text; said.hidden = !text; }

  function draw(phone, number) {
    var list = $('.log', phone), entries = logs[number] || [];
    list.textContent = '';
    entries.forEach(function (entry) {
      var item = document.createElement('li'), body = document.createElement('p'), bdi = document.createElement('bdi'), small = document.createElement('small');
      item.className = entry.id ? 'in' : 'out';
      bdi.dir = 'auto';
      bdi.textContent = plain(entry.text);
      body.lang = tongue(entry.text);
      small.textContent = entry.hour + ' · ' + words.segments.replace('#', entry.segments);
      body.appendChild(bdi); item.appendChild(body); item.appendChild(small); list.appendChild(item);
    });
    if (!entries.length) {
      var none = document.createElement('li');
      none.className = 'empty'; none.textContent = words.empty; list.appendChild(none);
    }
    list.scrollTop = list.scrollHeight;
  }
  function add(number, entry) { (logs[number] = logs[number] || []).push(entry); }
  function merge(number, texts) {
    var log = logs[number] = logs[number] || [], here = {}, ids = {};
    texts.forEach(function (text) { here[text.id] = 1; });
    if (log.some(function (entry) { return entry.id && !here[entry.id]; })) { log = logs[number] = []; seen[number] = 0; } // started afresh
    log.forEach(function (entry) { if (entry.id) { ids[entry.id] = 1; } });
    var fresh = texts.filter(function (text) { return !ids[text.id]; });
    fresh.forEach(function (text) { log.push(text); });
    return fresh.length;
  }
  function unread(number) { return (logs[number] || []).filter(function (entry) { return entry.id; }).length - (seen[number] || 0); }
  function badge(mark, count) { mark.hidden = count < 1; mark.textContent = count; }
  function onScreen(phone) { return phone.offsetParent !== null; }

  function refresh() {
    var wanted = [state.villager].concat(officers).join(',');
    return fetch('/simulator/phones?of=' + wanted).then(function (answer) {
      if (!answer.ok) { throw new Error(answer.status); }
      return answer.json();
    }).then(function (found) {
      state.hour = found.hour;
      $('#now b').textContent = found.hour; $('#now span').textContent = found.day; $('#seven').value = found.until_seven;
      $('#faults').hidden = !found.faults.length; $('#faults code').textContent = found.faults.join(' ');
      Object.keys(found.phones).forEach(function (number) {
        if (!merge(number, found.phones[number])) { return; }
        if (number === state.villager) { draw(sms, number); }
        if (number === state.officer) { draw(desk, number); }
        if (officers.indexOf(number) >= 0) { desk.classList.add('ring'); }
      });
      if (onScreen(desk)) { seen[state.officer] = (seen[state.officer] || 0) + unread(state.officer); }
      var waiting = 0;
      all('.posts a').forEach(function (a) { var n = unread(a.dataset.number); waiting += n; badge($('.badge', a), n); });
      badge($('.which .badge'), waiting);
      keep();
      if (said.dataset.net) { tell(''); said.dataset.net = ''; }
    }).catch(function () { said.dataset.net = '1'; tell(words.offline); });
  }

  function post(path, body) {
    return fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
      .then(function (answer) { return answer.json().then(function (found) { if (!answer.ok) { throw new Error(found.error); } return found; }); });
  }
  function unsent(error) { tell(words.unsent.replace('#', error.message)); }

  function sender(phone, number) {
    var form = $('.say', phone), box = form.elements.text, sizeLine = $('.size', phone);
    function count() {
      var found = size(box.value);
      sizeLine.textContent = box.value ? found.units + '/' + found.whole + ' · ' + words.segments.replace('#', found.segments) : '';
      box.style.height = '46px';
      box.style.height = Math.min(box.scrollHeight + 2, 130) + 'px';
    }
    function send(text) {
      var from = number();
      if (!text.trim()) { return; }
      tell('');
      add(from, { text: text, hour: state.hour, segments: size(text).segments });
      draw(phone, from);
      box.value = ''; count();
      post('/simulator/messages', { from: words.prefix + from, text: text, channel: 'sms' }).then(refresh).catch(unsent);
    }
    form.addEventListener('submit', function (event) { event.preventDefault(); send(box.value); });
    box.addEventListener('input', count);
    box.addEventListener('keydown', function (event) { if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(box.value); } });
    all('[data-word]', phone).forEach(function (button) { button.addEventListener('click', function () { send(button.dataset.word); }); });
  }
  sender(sms, function () { return state.villager; });
  sender(desk, function () { return state.officer; });

  var screen = $('.screen', ussd), keys = $('.say', ussd).elements.text, shown = '';
  function show(text) { shown = text; screen.textContent = plain(text); screen.lang = tongue(text); screen.scrollTop = 0; }
  function over() { state.session = null; keys.value = words.code; }
  function key(text) {
    tell('');
    if (!state.session) { state.session = 's' + Date.now().toString(36) + Math.random().toString(36).slice(2, 8); }
    keys.value = '';
    post('/simulator/messages', { from: words.prefix + state.villager, text: text, channel: 'ussd', session: state.session }).then(function (found) {
      show(found.replies.join('\n') || words.ended);
      if (found.ended) { over(); }
      refresh();
    }).catch(function (error) { unsent(error); over(); });
  }
  $('.say', ussd).addEventListener('submit', function (event) { event.preventDefault(); if (keys.value) { key(keys.value); } });
  all('[data-key]', ussd).forEach(function (button) {
    button.addEventListener('click', function () { keys.value = (!state.session && keys.value === words.code ? '' : keys.value) + button.dataset.key; });
  });
  all('[data-do]', ussd).forEach(function (button) {
    button.addEventListener('click', function () {
      var what = button.dataset.do;
      if (what === 'dial') { state.session = null; key(words.code); }
      if (what === 'delete') { keys.value = keys.value.slice(0, -1); }
      if (what === 'hang-up') { over(); show(words.ended); }
    });
  });

  pick.addEventListener('change', function () { state.villager = pick.value; over(); show(words.ended); draw(sms, state.villager); refresh(); });
  all('.posts a').forEach(function (a) {
    a.addEventListener('click', function (event) {
      event.preventDefault();
      all('.posts a').forEach(function (other) { other.removeAttribute('aria-current'); });
      a.setAttribute('aria-current', 'true');
      state.officer = a.dataset.number;
      draw(desk, state.officer);
      refresh();
    });
  });
  desk.addEventListener('animationend', function () { desk.classList.remove('ring'); });

  function turn(name) {
    all('.which a').forEach(function (a) { if (a.hash === '#' + name) { a.setAttribute('aria-current', 'true'); } else { a.removeAttribute('aria-current'); } });
    all('.phone').forEach(function (phone) { phone.classList.toggle('shown', phone.id === name); });
    refresh();
  }
  all('.which a').forEach(function (a) { a.addEventListener('click', function (event) { event.preventDefault(); turn(a.hash.slice(1)); }); });

  all('.clock button').forEach(function (button) {
    button.addEventListener('click', function (event) {
      event.preventDefault();
      tell(words.moving);
      all('.clock button').forEach(function (each) { each.disabled = true; });
      post('/simulator/clock', { advance: button.value }).then(function () { tell(''); return refresh(); }).catch(unsent)
        .then(function () { all('.clock button').forEach(function (each) { each.disabled = false; }); });
    });
  });

  draw(sms, state.villager); draw(desk, state.officer);
  turn('sms');
  setInterval(function () { if (!document.hidden) { refresh(); } }, 2000);
}());
